# Ruby: blocks, threads, fibers, fork, pipes, sockets, files, big numbers, exceptions.
cat > t.rb <<'R'
require 'digest'; require 'json'; require 'open3'; require 'set'; require 'socket'; require 'tempfile';
require 'timeout'; require 'zlib'
puts [3, 1, 2].sort.inspect, 2**100, 10.0 / 3, 'héllo'.upcase, %w[a b].each_with_index.to_h, 1.0.next_float, Rational(3, 6), Complex(1, 2) ** 2
queue = Queue.new; threads = 8.times.map { |i| Thread.new { 100.times { |k| queue << i * k } } }; threads.each(&:join);
puts queue.size, queue.size.times.sum { queue.pop }
fiber = Fiber.new { a = 1; loop { Fiber.yield a; a *= 3 } }; puts 5.times.map { fiber.resume }.inspect
reader, writer = IO.pipe;
pid = fork { reader.close; writer.puts "from #{Process.ppid == 0 ? 'nobody' : 'child'}"; exit! 3 }
writer.close; puts reader.read; Process.wait pid; puts $?.exitstatus
out, err, status = Open3.capture3('cat; echo error >&2; exit 5', stdin_data: 'piped'); puts out, err, status.exitstatus
server = TCPServer.new('127.0.0.1', 0); Thread.new { c = server.accept; c.puts c.gets.upcase; c.close }
s = TCPSocket.new('127.0.0.1', server.addr[1]); s.puts 'over loopback'; puts s.read
begin; Timeout.timeout(0.05) { sleep 5 }; rescue Timeout::Error => e; puts e.class; end
begin; nil.foo; rescue NoMethodError => e; puts e.message.lines.first; end
begin; def deep(n) = deep(n + 1) + 1; deep(0); rescue SystemStackError => e; puts e.class; end
trap('USR1') { puts 'usr1' }; Process.kill('USR1', $$); sleep 0.05
Tempfile.create { |f| f.write('x' * 5000); f.flush; puts File.size(f), Digest::SHA256.file(f.path).hexdigest[0, 12] }
puts JSON.generate({ a: [1, nil, 'é'] }), Zlib.crc32('text'), Zlib::Inflate.inflate(Zlib::Deflate.deflate('z' * 9999)).size
200000.times { 'garbage' * 3 }; GC.start; puts GC.count > 0, ObjectSpace.each_object(Class).count > 100
ractor = Ractor.new { Ractor.receive * 2 }; ractor.send(21); puts ractor.take
puts 'text 12 and 345'.scan(/\d+/).sum(&:to_i), format('%08.3f|%-5s|%x', 3.14159, 'ab', 255), Time.at(0).utc, Dir.glob('/etc/host*').sort.inspect
R
ruby -W0 t.rb; ruby -e 'exit 6'; echo $?; ruby -e 'raise "uncaught"' 2>&1 | head -1
echo 1 2 3 | ruby -ane 'puts $F.map(&:to_i).sum'; erb -v 2>/dev/null | head -0; echo '<%= 6 * 7 %>' | erb
