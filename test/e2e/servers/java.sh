# OpenJDK 17: javac and java: threads, pools, faults that become exceptions, GC, files, processes, sockets.
cat > Hello.java <<'J'
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.concurrent.atomic.*;
import java.util.stream.*;
public class Hello {
  static int depth(int n) { return depth(n + 1) + 1; }
  public static void main(String[] args) throws Exception {
    System.out.println("Hello from " + System.getProperty("java.vm.name") + " " + System.getProperty("java.specification.version"));
    AtomicLong sum = new AtomicLong();
    Thread[] threads = new Thread[16];
    for (int i = 0; i < threads.length; i++) { int n = i; threads[i] = new Thread(() -> { for (int k = 0; k < 1000; k++) sum.addAndGet(n); }); threads[i].start(); }
    for (Thread t : threads) t.join();
    System.out.println("threads " + sum);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < 20; i++) { int n = i; results.add(pool.submit(() -> n * n)); }
    int total = 0; for (Future<Integer> f : results) total += f.get();
    pool.shutdown(); System.out.println("pool " + total + " " + pool.awaitTermination(5, TimeUnit.SECONDS));
    try { String s = args.length > 5 ? "" : null; s.length(); } catch (NullPointerException e) { System.out.println("caught " + e.getClass().getName()); }
    int nulls = 0;
    for (int i = 0; i < 20000; i++) { Object o = i % 3 == 0 ? null : "x"; try { o.hashCode(); } catch (NullPointerException e) { nulls++; } }
    System.out.println("nulls " + nulls);
    try { depth(0); } catch (StackOverflowError e) { System.out.println("caught StackOverflowError"); }
    try { System.out.println(1 / (args.length - args.length)); } catch (ArithmeticException e) { System.out.println(e.getMessage()); }
    try { int[] a = new int[2]; a[args.length + 2] = 1; } catch (ArrayIndexOutOfBoundsException e) { System.out.println(e.getMessage()); }
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < 3000; i++) { byte[] b = new byte[20000]; if (i % 100 == 0) kept.add(b); }
    System.gc(); System.out.println("kept " + kept.size());
    System.out.println(IntStream.rangeClosed(1, 1000).parallel().mapToLong(i -> (long) i * i).sum() + " " + Stream.of("b", "a", "c").sorted().collect(Collectors.joining(",")));
    Path f = Files.createTempFile("x", "y"); Files.writeString(f, "written");
    System.out.println(Files.readString(f) + " " + Files.size(f)); Files.delete(f);
    Process p = new ProcessBuilder("sh", "-c", "echo child; exit 6").start();
    System.out.println(new String(p.getInputStream().readAllBytes()).trim() + " " + p.waitFor());
    try (var server = new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      new Thread(() -> { try (var s = server.accept()) { s.getOutputStream().write("over a socket".getBytes()); } catch (Exception e) { e.printStackTrace(); } }).start();
      try (var c = new java.net.Socket(server.getInetAddress(), server.getLocalPort())) { System.out.println(new String(c.getInputStream().readAllBytes())); }
    }
    Object lock = new Object();
    synchronized (lock) { long t = System.nanoTime(); lock.wait(50); System.out.println(System.nanoTime() - t >= 50_000_000L); }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
    System.exit(7);
  }
}
J
javac Hello.java && java -cp . Hello; echo $?
