# Perl: the language, fork, pipes, signals, threads, sockets, files, modules of the base system.
cat > t.pl <<'P'
use strict; use warnings; use feature 'say'; use POSIX qw(:sys_wait_h strftime floor setlocale);
use Digest::SHA 'sha256_hex'; use IO::Socket::INET; use IO::Select; use File::Temp 'tempdir'; use File::Find;
use Time::HiRes qw(usleep ualarm time); use List::Util qw(sum reduce shuffle); use Storable qw(freeze thaw); use Encode;
use Data::Dumper; use Socket;
$| = 1; $Data::Dumper::Sortkeys = 1; $Data::Dumper::Indent = 1;
say join ',', sort { $b <=> $a } map { $_ ** 2 } grep { $_ % 2 } 1 .. 9;
my %h = (b => [1, { c => undef }], a => \'s'); print Dumper(\%h);
say sprintf('%.15g %e %08b %s %vd %*d|', 0.1 + 0.2, 12345.678, 37, 1e21, '1.22.333', 6, 42), 2 ** 64, ' ', 18446744073709551615 + 0, ' ', -7 % 3, ' ', 10 / 4, ' ', 0x1f | 0b1000;
my $text = "The year 1999 and 2024"; (my $t = $text) =~ s/(\d+)/$1 + 1/ge; say $t;
say join '|', $text =~ /(?<word>\b\w{3}\b)/g; say $text =~ tr/a-z//; say "caf\x{e9}" =~ /\w{4}/ ? 'unicode' : 'bytes';
say length(encode('UTF-8', "\x{20ac}")); say scalar reverse 'abc';
pipe(my $r, my $w); my $pid = fork;
if (!$pid) { close $r; print $w "child writes\n"; close $w; POSIX::_exit(5) } close $w; print <$r>; waitpid $pid, 0;
say $? >> 8;
open my $p, '-|', 'sh', '-c', 'echo list form; kill -TERM $$' or die; print <$p>; close $p; say $? & 127;
open my $q, '|-', 'tr a-z A-Z' or die; print $q "to a pipe\n"; close $q; say `echo back; exit 3` . ($? >> 8);
say system('false') >> 8;
my $got = 0; local $SIG{USR1} = sub { $got++ }; kill USR1 => $$ for 1 .. 3; say "signals $got";
eval { local $SIG{ALRM} = sub { die "alarm\n" }; ualarm 50_000; select undef, undef, undef, 5; }; print "died: $@";
local $SIG{CHLD} = 'IGNORE'; system 'true'; $SIG{CHLD} = 'DEFAULT';
my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die $!;
if (!fork) { my $c = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $s->sockport); print $c "over a socket\n"; print scalar <$c>; exit } my $c = $s->accept;
my $line = <$c>; print $c uc $line; close $c; wait;
socketpair(my $sa, my $sb, AF_UNIX, SOCK_STREAM, PF_UNSPEC); syswrite $sa, 'x' x 100; say sysread $sb, my $buffer, 1000;
say scalar IO::Select->new($sb)->can_read(0.05) // 0;
my $dir = tempdir(CLEANUP => 1); for (1 .. 20) { open my $f, '>', "$dir/f$_" or die; print $f $_ x $_ } my $size = 0;
find(sub { $size += -s if -f }, $dir); say $size; say join ' ', map { s/.*\///r } sort glob "$dir/f1*";
rename "$dir/f1", "$dir/g"; say -e "$dir/g" ? 'renamed' : 'lost'; utime 1e9, 1e9, "$dir/g"; say +(stat "$dir/g")[9];
chmod 0640, "$dir/g"; printf "%o\n", (stat _)[2] & 07777; say -M "$dir/g" > 1000 ? 'old' : 'new';
open my $fh, '+<', "$dir/f20"; flock $fh, 2; seek $fh, 5, 0; read $fh, my $part, 4; say $part; truncate $fh, 7;
say -s $fh; say readlink('/proc/self/exe') =~ /perl/ ? 'exe' : '';
say sha256_hex('x'); say strftime('%F %T', gmtime 1e9); say sum(1 .. 100), ' ', reduce { $a * $b } 1 .. 10;
say thaw(freeze([1, { a => 2 }]))->[1]{a};
say floor(-1.5), ' ', join ',', unpack 'nNa3w', pack 'nNa3w', 1, 2, 'abc', 300;
{ local $@; eval { die { code => 7 } }; say $@->{code} } my @sorted = sort { $a <=> $b } map { ($_ * 7919) % 10007 } 1 .. 20000;
say $sorted[777]; { no warnings; my $x = 0; $x += $_ * 1.1 for 1 .. 300000; say $x } say sprintf '%s', 9 ** 0.5;
say ucfirst lc 'HELLO'; say join ',', (localtime 0)[5]; say "ok" if "10" == 10.0; say $0; say "@ARGV"; exit 9;
P
perl t.pl one two; echo $?; perl -e 'die "last words\n"' ; echo $?; perl -ne 'print if /root/' /etc/passwd
printf 'b\na\n' | perl -e 'print sort <>'; perl -MMath::BigInt -e 'print Math::BigInt->new(2)->bpow(200), "\n"'
perl -i.bak -pe 's/x/y/' <(echo) 2>/dev/null
perl -Mthreads -e 'print threads->create(sub { $_[0] * 2 }, 21)->join, "\n"; my @t = map { my $n = $_; threads->create(sub { $n ** 2 }) } 1 .. 8; print join(" ", map { $_->join } @t), "\n"'
perl -MJSON::PP -e 'print JSON::PP->new->canonical->encode({a => [1, "x", undef]}), "\n"'; perl -c t.pl 2>&1
