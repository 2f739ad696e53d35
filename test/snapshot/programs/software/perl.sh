# Threads of an interpreter that is copied for each, random numbers, what the system says of its memory and time.
exec perl -Mthreads -MTime::HiRes=time,usleep -e '
sub told { open my $f, "<", $_[0] or die; local $/; scalar <$f> }
my @threads = map { my $n = $_; threads->create(sub {
  srand($n + time);
  return join " ", $n, map { usleep(rand 3000); int rand 1e6 } 1 .. 4;
}) } 1 .. 4;
print $_->join, "\n" for @threads;
print rand, " ", time, "\n", told("/proc/meminfo") =~ /((?:.*\n){3})/, told("/proc/self/statm"), told("/proc/uptime");
printf "%s\n", unpack "H*", do { open my $f, "<", "/dev/urandom"; read $f, my $bytes, 8; $bytes };'
