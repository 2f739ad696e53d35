# PHP on the command line: arrays, closures, generators, exceptions, processes, streams, the built-in server.
cat > t.php <<'P'
<?php
echo PHP_MAJOR_VERSION, ' ', PHP_OS_FAMILY, ' ', PHP_INT_MAX, ' ', 0.1 + 0.2, ' ', intdiv(7, 2), "\n";
function squares(int $n) { for ($i = 1; $i <= $n; $i++) yield $i => $i ** 2; }
foreach (squares(4) as $k => $v) echo "$k:$v ";
$a = ['b' => 2, 'a' => 1]; ksort($a); echo json_encode($a + ['c' => [1.5, null, "é"]], JSON_UNESCAPED_UNICODE), "\n";
echo implode(',', array_map(fn($x) => $x * 2, array_filter(range(1, 10), fn($x) => $x % 3 == 0))), ' ', match (true) { $a['a'] > 1 => 'more', default => 'one' }, "\n";
try { intdiv(1, 0); } catch (DivisionByZeroError $e) { echo get_class($e), ' ', $e->getMessage(), "\n"; } finally { echo "finally\n"; }
try { strlen(); } catch (ArgumentCountError $e) { echo $e->getMessage(), "\n"; }
final class Point { public function __construct(public readonly int $x, public readonly int $y = 2) {} }
var_dump(new Point(1)); try { $p = new Point(3); $p->x = 4; } catch (Error $e) { echo $e->getMessage(), "\n"; }
echo md5('x'), ' ', hash('sha256', 'x'), ' ', crc32('x'), ' ', bin2hex(pack('nvN', 1, 2, 3)), ' ', strrev('abc'), ' ', ucwords('two words'), "\n";
file_put_contents('f.txt', str_repeat("line\n", 1000)); echo count(file('f.txt')), ' ', filesize('f.txt'), "\n";
unlink('f.txt'); var_dump(@file_get_contents('missing'));
$p = proc_open(['sh', '-c', 'cat; echo e >&2; exit 4'], [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
fwrite($pipes[0], 'piped'); fclose($pipes[0]);
echo stream_get_contents($pipes[1]), ' ', trim(stream_get_contents($pipes[2])), ' ', proc_close($p), ' ', trim(`echo shell`), "\n";
if (($pid = pcntl_fork()) == 0) exit(9); pcntl_waitpid($pid, $status); echo pcntl_wexitstatus($status), "\n";
pcntl_async_signals(true); pcntl_signal(SIGUSR1, function () { echo "usr1\n"; }); posix_kill(posix_getpid(), SIGUSR1);
$s = stream_socket_server('tcp://127.0.0.1:0'); $c = stream_socket_client('tcp://' . stream_socket_get_name($s, false));
$d = stream_socket_accept($s); fwrite($c, "hello\n"); echo strtoupper(fgets($d));
$r = [$c]; $w = $e = null; var_dump(stream_select($r, $w, $e, 0, 50000));
echo preg_replace_callback('/\d+/', fn($m) => $m[0] + 1, 'a1 b22'), ' ', date('Y-m-d', 86400 * 365), ' ', number_format(1234567.891, 2), "\n";
$x = []; for ($i = 0; $i < 200000; $i++) $x[] = $i * 1.5;
echo array_sum($x), ' ', memory_get_peak_usage() > 1000000 ? 'memory' : '', "\n"; $o = new stdClass; $o->o = $o;
unset($o); echo gc_collect_cycles(), "\n";
$f = new Fiber(function ($v) { $v = Fiber::suspend($v * 2); return $v; }); echo $f->start(21), ' '; $f->resume('done');
echo $f->getReturn(), "\n";
P
php t.php; php -r 'exit(3);'; echo $?; php -r 'nofunc();' 2>&1 | head -2 | tail -1
echo '<?php echo "served " . $_SERVER["REQUEST_URI"] . "\n";' > s.php
php -q -S 127.0.0.1:8099 s.php 2> /dev/null & for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
do curl -s -o /dev/null http://127.0.0.1:8099/ && break; sleep 0.2; done; curl -s http://127.0.0.1:8099/path?x=1
kill $!; wait $!; echo $?
