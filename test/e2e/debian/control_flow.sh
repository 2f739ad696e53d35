# Loops, case, functions, recursion, getopts, select, printf, read.
for ((i = 0; i < 5; i++)); do [[ $i == 3 ]] && continue; echo -n "$i "; done; echo
until ((i-- <= 2)); do echo -n "u$i "; done; echo
case "file.tar.gz" in *.tar.*) echo tar ;;& *.gz) echo gz ;; *) echo none ;; esac
fact() { (($1 <= 1)) && echo 1 || echo $(($1 * $(fact $(($1 - 1))))); }; fact 15
fib() { if (($1 < 2)); then echo "$1"; else echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2))))); fi; }; fib 10
set -- -a -b value rest; while getopts ab: o; do echo "$o ${OPTARG-}"; done; shift $((OPTIND - 1)); echo "$@"
printf '%5d|%-5s|%05.2f|%x|%o|%e|%q\n' 42 ab 3.14159 255 8 12345.678 'a b'
printf '%s-%s\n' 1 2 3
IFS=: read -r u p rest <<< "root:x:0:0"; echo "$u $p $rest"
[[ "abc123" =~ ^([a-z]+)([0-9]+)$ ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[2]}"
[[ -d / && ! -e /nonexistent ]] && echo tests
echo {a..e} {1..10..3} x{1,2}{a,b}
mapfile -t lines < <(printf 'l1\nl2\n'); echo "${#lines[@]} ${lines[1]}"
shopt -s extglob nullglob; touch a1 a2 b1
echo a* !(a*) *.none
echo $RANDOM | grep -qE '^[0-9]+$' && echo random
echo "$BASH_VERSION" | cut -d. -f1
type cd | head -1; command -v ls; hash -r
ulimit -n | grep -qE '^[0-9]+|unlimited' && echo limit
