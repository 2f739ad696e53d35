# A virtual machine that compiles while it runs: threads, a pool, faults that become exceptions, garbage.
cat > /tmp/Law.java <<'J'
import java.util.concurrent.*;
public class Law {
  public static void main(String[] args) throws Exception {
    var pool = Executors.newFixedThreadPool(3);
    var results = new java.util.ArrayList<Future<Long>>();
    for (int i = 0; i < 12; i++) {
      int n = i;
      results.add(pool.submit(() -> {
        long sum = 0;
        int nulls = 0;
        for (int k = 0; k < 20000; k++) {
          Object each = k % 5 == 0 ? null : Integer.valueOf(k * n);
          try { sum += each.hashCode(); } catch (NullPointerException e) { nulls++; }
        }
        return sum * 100000 + nulls;
      }));
    }
    for (var each : results) System.out.println(each.get());
    pool.shutdown();
    byte[][] kept = new byte[10][];
    for (int i = 0; i < 2000; i++) kept[i % 10] = new byte[10000];
    System.gc();
    System.out.println(kept[7].length);
    System.exit(7);
  }
}
J
cd /tmp && java -XX:TieredStopAtLevel=1 Law.java
echo $?
