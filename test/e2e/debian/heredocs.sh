# Here-documents and here-strings, redirections of many descriptors.
name=box
cat <<EOF
hello $name $((1 + 1)) $(echo sub)
	tab
EOF
cat <<'EOF'
literal $name `x`
EOF
cat <<-EOF
	indented
	EOF
cat <<A; cat <<B
first
A
second
B
wc -c <<< "here string"
exec 3>out.txt 4<<< "from four"
echo "to three" >&3; exec 3>&-
cat <&4 out.txt -
head -c 200000 /dev/zero | tr '\0' x > big; cat <<EOF | wc -c
$(cat big)
EOF
echo x >| out.txt; set -C; { echo y > out.txt; } 2>/dev/null || echo "noclobber"; set +C
echo z >> out.txt; cat out.txt
{ echo both; echo err >&2; } &> both.txt; cat both.txt
ls nothing 2> err.txt; echo "$?"; cat err.txt
