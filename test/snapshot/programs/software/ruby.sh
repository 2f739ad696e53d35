# Threads that take turns at a queue, random numbers, a child process.
exec ruby -e '
queue = Queue.new
threads = 4.times.map { |n| Thread.new { 5.times { sleep rand * 0.01; queue << [n, rand(1000)] } } }
threads.each(&:join)
puts queue.size.times.map { queue.pop.join(":") }.join(" ")
puts Random.new_seed.to_s.size > 20, rand, Time.now.to_f, "x".hash, Process.clock_gettime(Process::CLOCK_MONOTONIC)
puts `echo child $$`, $?.exitstatus'
