// Scripts that must behave in a box of debian:bookworm as in a chroot of the same tree: what a shell user does all day.
// They run in an empty /tmp; what they print must not depend on the day, the host's name or process ids.

export const SCRIPTS: Record<string, string> = {
  'pipelines and exit statuses': `
    printf '%s\\n' pear apple fig apple | sort | uniq -c | sort -rn | head -2
    false | true; echo "$? \${PIPESTATUS[*]}"
    set -o pipefail; false | true; echo $?
    ! true; echo $?; seq 1000 | tail -n +990 | paste -sd, -; yes | head -3 | wc -l`,
  subshells: `
    x=1; (x=2; cd /usr; echo $x $PWD; exit 3); echo $? $x
    y=$(echo one; echo two >&2) 2>err; echo "[$y] [$(cat err)]"
    echo $((2**40 % 1000003)) $(( (1<<62) + 5 )); { echo a; echo b; } | while read l; do echo "<$l>"; done`,
  'here-documents': `
    name=world
    cat <<EOF
hello $name $(echo nested) \\$escaped
EOF
    cat <<'EOF'
raw $name
EOF
    cat <<-EOF
	tabs are stripped
	EOF
    tr a-z A-Z <<< "here string"`,
  'job control': `
    sleep 30 & first=$!; sleep 0.1 & wait $!; echo "waited $?"
    kill $first; wait $first; echo "killed $?"
    set -m; (exit 4) & wait $!; echo "job $?"
    sleep 30 & kill -STOP %%; wait -n; jobs | sed 's/  */ /g'; kill -KILL %%; sleep 0.2; wait; echo done`,
  traps: `
    trap 'echo exit $?' EXIT; trap 'echo usr1' USR1; trap 'echo term' TERM
    kill -USR1 $$; kill -TERM $$; (trap - TERM; kill -TERM $BASHPID; echo not reached); echo "child $?"
    trap 'echo err line' ERR; false; set -e; (exit 7); echo not reached`,
  'functions, arrays, patterns': `
    f() { local n=$1; ((n <= 1)) && echo 1 || echo $((n * $(f $((n - 1))))); }; f 10
    a=(one two three); a[5]=six; echo "\${#a[@]} \${!a[*]} \${a[-1]}"; declare -A m=([k]=v [j]=w); echo \${m[k]}
    s=path/to/file.tar.gz; echo \${s##*/} \${s%%.*} \${s/to/from} \${s^^}; [[ $s =~ ([a-z]+)\\.tar ]]; echo \${BASH_REMATCH[1]}
    case $s in *.gz) echo gz;; esac; select x in a b; do echo $x; break; done <<< 2 2>&1; echo {1..5} {a..e..2}`,
  'processes and descriptors': `
    exec 3>file; echo to three >&3; exec 3>&-; cat file
    diff <(seq 5) <(seq 2 6); echo $?; mkfifo p; (echo through fifo > p) & cat p; wait
    ls -l /proc/self/fd | wc -l | grep -qE '^[4-7]$' && echo descriptors
    bash -c 'kill -SEGV $$'; echo $?; nice -n 5 nice; timeout 0.2 sleep 5; echo $?; command -v no-such; no-such 2>/dev/null; echo $?`,
  'files and links': `
    mkdir -p a/b/c; echo text > a/f; ln a/f a/hard; ln -s ../f a/b/soft; cp -a a copy; mv a/b/soft a/moved
    stat -c '%n %F %a %h' a; stat -c '%n %F %a %h %s' a/f a/hard copy/b/soft; readlink -f copy/b/soft; chmod 4750 a/f; stat -c %A a/f
    touch -d '2001-02-03 04:05:06 UTC' a/f; stat -c %Y a/f; date -u -r a/f; rm -r a/b; ls -lAR --time-style=+%Y a | grep -v total | awk '{print $1, $2, $NF}'
    truncate -s 1M sparse; du --apparent-size sparse; dd if=/dev/zero of=z bs=1k count=64 status=none; cksum z; umask 027; touch u; stat -c %a u
    rmdir a; echo $?; cat missing; echo $?`,
  'find and xargs': `
    mkdir -p d/{x,y}/{1,2}; touch d/x/1/{a.c,b.h} d/y/2/c.c 'd/y/with space'; ln -s nowhere d/broken
    find d -name '*.c' | sort; find d -type d -empty | sort; find d -type f -print0 | sort -z | xargs -0 -n 2 echo run
    find d -maxdepth 1 -mindepth 1 -printf '%f %y\\n' | sort; find d -xtype l; find d -name '*.h' -exec echo found {} +; find d -delete; ls`,
  'grep and sed': `
    seq 1 30 | grep -E '^(1|2).$' | grep -v 5 | tr '\\n' ' '; echo; grep -c root /etc/passwd; grep -rl bookworm /etc/os-release
    echo 'the quick brown fox' | grep -o '[aeiou]' | sort | uniq -c; printf 'a\\nb\\nc\\n' | grep -n -B1 b; echo abc | grep -P '(?<=a)b'
    seq 10 | sed -n '2,4p;8{s/8/eight/p}'; echo hello | sed -E 's/(h)(e)/\\2\\1/;y/l/L/'; printf '1\\n2\\n3\\n' | sed '1!G;h;$!d'
    printf 'x=1\\ny=2\\n' > c; sed -i.bak 's/=/ = /' c; cat c c.bak; sed '$a end' c`,
  awk: `
    seq 1 10 | awk '{s += $1; q += $1 * $1} END {print s, q, s / NR, sqrt(q)}'
    awk -F: '$3 < 3 {printf "%-8s %5.2f %s\\n", $1, $3 / 3, toupper($1)}' /etc/passwd
    echo 'a b c' | awk '{for (i = NF; i > 0; i--) printf "%s ", $i; print ""; print substr($0, 3), index($0, "c"), length}'
    awk 'BEGIN {x["a"] = 1; x["b"] = 2; delete x["a"]; for (k in x) print k; print sprintf("%c%x%e", 65, 255, exp(1)); "echo sub" | getline l; print l}'`,
  'tar and gzip': `
    mkdir -p src/deep; seq 5000 > src/numbers; echo x > src/deep/x; ln -s numbers src/link; ln src/numbers src/hard
    tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf a.tar src; cksum a.tar; tar -tvf a.tar | awk '{print $1, $3, $6, $7, $8}'
    gzip -n -9 < a.tar > a.tgz; cksum a.tgz; gunzip < a.tgz | cmp - a.tar; mkdir out; tar -xzf a.tgz -C out; diff -r src out/src; stat -c %h out/src/hard
    tar -cJf /dev/null src 2>/dev/null || echo 'no xz'; gzip -t a.tar; echo $?`,
  'text tools': `
    seq 100 | shuf --random-source=/etc/passwd | sort -n | md5sum; seq 100 | sha256sum; seq 20 | split -l 7 - part; wc -l part*
    printf 'b 2\\na 1\\n' | sort | join - <(printf 'a x\\nb y\\n'); seq 6 | paste - - -; printf 'a\\tb\\n' | expand -t 4 | od -c; echo abc | rev; tac <<< $'1\\n2'
    fold -w 10 <<< 'a line that is longer'; cut -d: -f1,7 /etc/passwd | head -2; comm -12 <(seq 5) <(seq 3 8); printf '%08.3f|%-5s|%q\\n' 3.14159 ab 'a b'; base64 <<< data; numfmt --to=iec 123456789; factor 1234567890; date -u -d @1e9; nl <<< x; tsort <<< 'a b b c'; expr 6 \\* 7; od -An -tx1 <<< hi`,
  'time and sleep': `
    s=$SECONDS; sleep 1.2; echo $((SECONDS - s >= 1)); start=$(date +%s%N); sleep 0.25; echo $((($(date +%s%N) - start) / 1000000 >= 250))
    TIMEFORMAT=%R; t=$( { time sleep 0.3; } 2>&1 ); [[ $t > 0.29 ]] && echo timed; read -t 0.1 < <(sleep 5); echo $?`,
  users: `
    id; id nobody; whoami; groups; echo ~nobody; su nobody -s /bin/sh -c 'id -un; touch /etc/x; echo $?'
    useradd -m -s /bin/bash ann 2>&1; getent passwd ann | cut -d: -f1,6,7; su ann -c 'cd; pwd; echo > own; stat -c %U own'; userdel -r ann 2>/dev/null; getent passwd ann; echo $?`,
};
