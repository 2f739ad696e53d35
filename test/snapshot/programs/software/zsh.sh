# Another shell, with a coprocess.
exec zsh -c '
for i in {1..40}; do x=$((x + i)); print $x; done | md5sum
coproc cat
print -p hi
read -p y
print $y'
