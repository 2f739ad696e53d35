# Floating point and wide integers through real programs.
for x in 0.1 1e300 1e-310 3.14159265358979 2.5 1e22 123456789.123456789; do printf '%g %.17g %e %a %.0f\n' $x $x $x $x $x; done
mawk 'BEGIN{print sqrt(2), exp(1), log(10), sin(1), cos(1), atan2(1,2); print 2^53, 2^0.5, 1e308*10, -log(0); printf "%.20g\n", 0.1}'
seq 0 0.1 1 | paste -sd' '; seq 1e10 1e10 3e10; numfmt --from=iec 1.5G; echo $((9223372036854775807 + 1)); factor 18446744073709551557
sort -g <<< $'1e3\n-5\n2.5e-1\n1e-400'; printf '%d\n' 0x7fffffffffffffff -9223372036854775808; printf '%Lf\n' 1.5 2>/dev/null || printf '%f\n' 1.5
perl -e 'printf("%.15g %s %s\n", 10/3, 0.1+0.2, 1e15+0.3); print 2**63, " ", -7 % 3, " ", int(-3.7), "\n"; print join(",", map { sprintf "%.3e", sin($_) } 1..5), "\n"'
perl -e 'my %h; $h{$_ % 7} += $_ for 1..10000; print join(" ", map {"$_=$h{$_}"} sort keys %h), "\n"; print scalar reverse("wasm"), "\n"; local $_="a1b22"; my @n = /(\d+)/g; print "@n\n"; print join("|", sort { $b <=> $a } 3, 10, 2), "\n"'
