# vim in a pseudo-terminal: keys typed, screen drawn, file written; and without one, as an editor for scripts.
seq 5 > f; cat > vim.exp <<'X'
log_user 0; set timeout 30; set stty_init "rows 24 columns 80"; set env(TERM) xterm; spawn vim -u NONE -N -n f
expect -re {5L|5 lines|"f"}; send "ggdd"; send "Gosix\033"; send ":%s/3/three/g\r"; expect three; send "ggyyp";
send "ifirst \033"; send "/5\r"; send "A end\033"; send "u\022"; send ":set number\r"; send ":r !echo from a shell\r";
expect "from a shell"; send ":1,2m$\r"; send "ggVGJ"; send "u"; send ":w\r"; expect "written";
send ":!echo out; tty | cut -c1-8\r"; expect "out"; expect "/dev/pts"; expect "Press ENTER"; send "\r"; send ":q\r";
expect eof; lassign [wait] a b c status; puts "status $status"
X
expect vim.exp; cat f
printf 'one\ntwo\nthree\n' > g; vim -u NONE -es -c '%s/t\(.\)/\1t/' -c 'g/one/d' -c 'normal Gofour' -c 'sort' -c 'wq' g
cat g; vim -u NONE -es -c 'redir! > v | echo 2 + 3 * 4 sqrt(2.0) | redir END | q' ; cat v; echo
vim -u NONE -es '+call writefile([system("echo from system()")[:-2], join(map(range(3), "v:val * v:val"), ","), strftime("%Y", 0), getcwd()], "w")' +q
cat w; vim --version | head -1 | cut -d' ' -f1-5; vim -u NONE -es -c 'set fileformat=dos | w | q' g; od -c g | head -2
ls -a | grep -c swp
