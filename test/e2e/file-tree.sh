# tree STAMP: the file tree as text, with the sums of all files that changed since STAMP. Left out: time stamps, logs, what
# holds time stamps, inode numbers or chance, what other file systems count differently (links and sizes of directories).
tree() {
  local own=(-path /proc -o -path /dev -o -path /sys -o -path /tmp -o -path /run)
  local volatile=(-path /var/log -o -name machine-id -o -name aux-cache -o -name '*pkgcache.bin')
  local all=(/ -xdev '(' "${own[@]}" -o "${volatile[@]}" ')' -prune -o)
  find "${all[@]}" '(' -type d -printf '%y %m %U:%G %p\n' -o -printf '%y %m %U:%G %n %p %l\n' ')' | sort
  find "${all[@]}" -type f -size +0 -cnewer "$1" -print0 | sort -z | xargs -0 md5sum
}
