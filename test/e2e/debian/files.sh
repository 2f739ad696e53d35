# Files and directories: modes, links, times, renames.
umask 022
mkdir -p d/e/f; echo content > d/file; ln d/file d/hard; ln -s file d/soft; ln -s nowhere d/dangling
chmod 640 d/file; chmod u+s,g-r d/hard; touch -d '2020-01-02 03:04:05 UTC' d/file
stat -c '%n %A %h %s %F' d/file d/hard d/soft; stat -c '%n %A %h %F' d d/e; stat -c %Y d/hard
readlink d/soft; readlink -f d/soft | sed 's/.*d/d/'; cat d/soft
ls -l d | awk 'NR>1 {print $1, $2, $9, $10, $11}'
ls -1aF d; ls -d d/*; cp -a d copy; diff -r d copy 2>&1 | head -3
mv copy/file copy/renamed; mv copy moved; find moved | sort
rm -r moved; ls moved 2>&1; rmdir d 2>&1; rm d/dangling; [ -L d/dangling ] || echo gone
mkdir d 2>&1; cat d 2>&1; cd d/file 2>/dev/null || echo "not a directory"
touch 'a b' $'new\nline' -- -dash; ls -b; rm -- -dash
truncate -s 5000 sparse; stat -c '%s %b' sparse; cp sparse s2; cmp sparse s2 && echo same
install -m 751 d/file inst; stat -c %a inst; du -b sparse | cut -f1
mkfifo p; (echo through > p &) ; cat p; stat -c %F p
test -r d/file && test -w d/file && test ! -x d/file; echo $?
[ d/file -ef d/hard ] && echo "same inode"; [ d/e -nt d/file ] && echo newer
ln -s loop1 loop2; ln -s loop2 loop1; cat loop1 2>&1
basename /a/b.c .c; dirname /a/b; realpath -m --relative-to=/a/b /a/c/d; mktemp -u x.XXXX | grep -c x.
chmod 000 d/e; stat -c %a d/e; chmod 1777 d/e; stat -c %A d/e; chmod 755 d/e
