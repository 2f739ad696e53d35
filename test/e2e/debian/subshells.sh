# Subshells, command substitution, variables, scopes.
x=1; (x=2; echo "in $x"); echo "out $x"
y=$(echo "a  b"; exit 5); echo "[$y] $?"
f() { local x=3; g; }; g() { echo "g sees $x"; }; f
echo "nested $(echo $(echo $(echo deep)))"
(trap 'echo leaving' EXIT; exit 7); echo "status $?"
echo $BASH_SUBSHELL $(echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL))
unset z; echo "${z:-default} ${z:=assigned} $z ${z:+alternate} ${#z}"
(echo ${undefined_variable:?is required}) 2>/dev/null; echo "status $?"
p=/usr/local/lib/libfoo.so.1.2; echo "${p##*/} ${p%/*} ${p%%.*} ${p#*/} ${p/lib/LIB} ${p//lib/LIB} ${p^^} ${p:5:5}"
a=(one two "three four"); a+=(five); echo "${#a[@]} ${a[2]} ${a[@]:1:2} ${!a[*]}"
declare -A m=([k]=v [x]=y); for k in $(printf '%s\n' "${!m[@]}" | sort); do echo "$k=${m[$k]}"; done
echo $((2**40 + 7 % 3)) $((0x1f & 017)) $((-7 / 2)) $((-7 % 3)) $((1 << 62)) $((5 > 3 ? 10 : 20))
