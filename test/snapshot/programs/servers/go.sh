# Goroutines on threads of their own, garbage collection, a server and its client, processes, signals (test/e2e/go-program).
go-program
echo $?
