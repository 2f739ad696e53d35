# A Go program that Debian's compiler made (test/e2e/go-program): goroutines, GC, net/http, os/exec, signals, panics.
go-program; echo $?
go-program x 2>&1 | grep -A1 -E '^(deferred|panic)'; go-program x > /dev/null 2>&1; echo $?
