# Numbers in programs: bc -l, python3's floats, decimals, fractions and its own tests of them, awk, perl, printf of the shell.
cat > s.bc <<'B'
scale=50; 4*a(1); e(1); e(-12.5); l(2); l(10^20); s(1); c(3.7); a(0.3); j(0,2.5); sqrt(2); 2^-7; 7%3; -7/3; (-7)%3; 10^60/7
define f(n) { if (n < 2) return 1; return n * f(n - 1); }
f(60); obase=16; 2^100+255; ibase=16; FF.8; ibase=A; obase=2; 1023.25; obase=10; scale=0; 2^521-1; length(2^521-1); scale(1.2345)
for (i = 1; i <= 60; i++) { x = (x * 1103515245 + 12345) % 2147483648; scale = i % 30; t += sqrt(x) + l(x + 1) + s(x / 1000) }
t
B
bc -l s.bc; echo 'scale=10; 1/0' | bc -l 2>&1; echo 'l(0); sqrt(-1)' | bc -l 2>&1; dc -e '20k 2v p 355 113/p' 2>/dev/null
cat > t.py <<'P'
import cmath, decimal, fractions, hashlib, math, random, statistics, struct, sys
random.seed(1); wrong = 0; digest = hashlib.sha256(); COUNT = int(sys.argv[1])
for bits in struct.iter_unpack('<Q', random.randbytes(8 * COUNT)):
    value, = struct.unpack('<d', struct.pack('<Q', *bits)); text = repr(value); digest.update(text.encode())
    if float(text) != value and value == value: wrong += 1
print(COUNT, 'round trips,', wrong, 'wrong', digest.hexdigest())
moderate = [random.uniform(-100, 100) for _ in range(500)]; names = 'sin cos tan atan exp expm1 erf erfc sinh cosh tanh asinh cbrt exp2'.split()
for name in names:
    function = getattr(math, name, None)
    if function: print(name, hashlib.md5(b''.join(struct.pack('<d', function(x)) for x in moderate)).hexdigest())
print(hashlib.md5(repr([(math.gamma(abs(x) + .1), math.lgamma(x), math.log1p(abs(x)), math.fmod(x, 3), math.hypot(x, 1, 2), cmath.sqrt(complex(x, 1 / x)), x ** 3 % 7, round(x, 3), x.hex(), f'{x:+.3e} {x:g} {x:012.4f} {x:%}', x.as_integer_ratio(), math.frexp(x), int(x * 1e20)) for x in moderate]).encode()).hexdigest())
print(math.fsum(moderate), statistics.fmean(moderate), statistics.stdev(moderate), statistics.quantiles(moderate), statistics.NormalDist.from_samples(moderate), statistics.linear_regression(moderate[:50], moderate[50:100]), sum(map(fractions.Fraction, moderate[:40])))
decimal.getcontext().prec = 60; D = decimal.Decimal; print(D(2).sqrt(), D(1).exp(), D(7).ln(), D(3) ** D('0.7'), D('1e-400') / 3, D(moderate[0]), +D(moderate[1]))
print(struct.pack('<efd', 0.1, 0.1, 0.1).hex(), struct.unpack('<3e', bytes.fromhex('00fc01000180')), [struct.pack('<e', x).hex() for x in (65504.0, 6e-8, 2.98e-8, float('nan'))], 5e-324, 1.7976931348623157e308, float('1e400'), 2.5e-324)
P
python3 t.py 5000; awk 'BEGIN { srand(1); for (i = 0; i < 20; i++) printf "%s %.15g %a|", rand(), exp(i) * sin(i), log(i + 0.5); print -log(0), int(2 ^ 53 + 1) }'
perl -e 'printf "%.20g %s %s %b %s %e|", $_ ** 0.37, $_ / 7, atan2($_, 3), $_ * 1e5, 1e15 + $_ / 3, 10 ** -$_ for 1 .. 12; print 9**20, " ", 1e16 + 1, " ", 0.1 + 0.2, " ", 1 / 3, "\n"'; printf '%.30Lf %Le %a %g\n' 0.1 1e-4000 3.14 1e100 2>&1; LC_ALL=C printf '%f %5.1e\n' 1e30 -0
for t in float complex struct cmath math; do python3 -m test -q test_$t > log 2>&1; echo $t $?; grep -E 'FAIL|ERROR' log; done
