# unshare(1), nsenter(1), mount(8) and pivot_root(8) in mount, UTS and pid namespaces.
unshare -u sh -c 'hostname inside; hostname'; test "$(hostname)" != inside && echo unchanged
unshare -m sh -c 'mount -t tmpfs -o size=1m,mode=750 new /mnt; stat -c "%a %u" /mnt; echo x > /mnt/f; grep -c " /mnt " /proc/self/mountinfo; ls /mnt'
ls /mnt | wc -l
unshare -pf --mount-proc sh -c 'echo $$; ps -o pid= -p 1 2>/dev/null | wc -l; ls /proc | grep -c "^[0-9]"; sleep 100 & kill -9 $!; wait $!; echo $?'
unshare -pf sh -c 'sleep 1000 & sleep 1000 & exit 5'; echo $?
unshare -pf sh -c 'kill -9 $$; echo alive'
mkdir -p root/old; unshare -m sh -c 'mount -t tmpfs t root; mkdir root/old; cd root; pivot_root . old; export PATH=/old/bin:/old/sbin LD_LIBRARY_PATH=/old/lib/x86_64-linux-gnu; cd /; echo *; echo /old/et*'
unshare -m sh -c 'mkdir a b; mount -t tmpfs one a; touch a/x; mount --bind a b; ls b; mount --move b root; ls root; umount a; ls a | wc -l; mount -o remount,bind,ro root; touch root/y; findmnt -no OPTIONS root | cut -d, -f1'
unshare -u sh -c 'hostname other; sleep 60' & sleep 0.5; nsenter -u -t $! hostname; readlink /proc/$!/ns/uts | cut -c1-5; kill $!
lsns -t mnt -no NPROCS,TYPE -p $$ | wc -l
