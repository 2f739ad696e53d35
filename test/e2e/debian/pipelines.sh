# Pipelines, exit statuses, pipefail, process substitution.
set -u
seq 1 1000 | grep 7 | sort -rn | head -5
false | true; echo "status $? ${PIPESTATUS[*]}"
set -o pipefail
false | true; echo "pipefail $?"
(exit 3) | (exit 4) | true; echo "${PIPESTATUS[*]}"
yes wbx | head -n 3
echo a b c | { read -r x y; echo "$y $x"; }
diff <(printf '1\n2\n3\n') <(printf '1\n3\n4\n'); echo "diff $?"
printf '%s\n' one two three | while read -r line; do echo "<$line>"; done
! true; echo "not $?"
{ echo out; echo err >&2; } 2>&1 | sort
seq 100000 | tail -1
