package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func goroutines() {
	jobs, results := make(chan int), make(chan int)
	var group sync.WaitGroup
	for i := 0; i < 100; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for n := range jobs {
				results <- n * n
			}
		}()
	}
	go func() {
		for i := 1; i <= 1000; i++ {
			jobs <- i
		}
		close(jobs)
		group.Wait()
		close(results)
	}()
	sum := 0
	for r := range results {
		sum += r
	}
	fmt.Println("squares", sum)
	var mutex sync.RWMutex
	var total int64
	seen := map[int]bool{}
	for i := 0; i < 10000; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			mutex.Lock()
			seen[i%97] = true
			mutex.Unlock()
			atomic.AddInt64(&total, int64(i))
			runtime.Gosched()
		}(i)
	}
	group.Wait()
	fmt.Println("goroutines", len(seen), total)
}

func preemption() {
	var stop int32
	done := make(chan bool)
	go func() {
		n := 0
		for atomic.LoadInt32(&stop) == 0 {
			n++
		}
		done <- n > 0
	}()
	time.Sleep(30 * time.Millisecond)
	runtime.GC()
	atomic.StoreInt32(&stop, 1)
	fmt.Println("preempted", <-done)
}

func garbage() {
	debug.SetGCPercent(20)
	kept := tree(14)
	for i := 0; i < 20; i++ {
		tree(12)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	final := make(chan string, 1)
	func() { x := &node{}; x.left = x; runtime.SetFinalizer(&[]int{1}[0], func(*int) { final <- "finalizer" }) }()
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	fmt.Println("kept", kept.count(), "collected", stats.NumGC > 3, <-final)
}

func web() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/upper", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, strings.ToUpper(string(body)))
	})
	mux.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{"path": r.URL.Path, "query": r.URL.Query(), "n": 1.5})
	})
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(10 * time.Second):
		}
	})
	mux.HandleFunc("/large", func(w http.ResponseWriter, r *http.Request) {
		for i := 0; i < 100; i++ {
			w.Write(make([]byte, 10000))
		}
	})
	server := &http.Server{Handler: mux}
	go server.Serve(listener)
	base := "http://" + listener.Addr().String()
	post, err := http.Post(base+"/upper", "text/plain", strings.NewReader("over http"))
	if err != nil {
		fmt.Println(err)
		return
	}
	text, _ := io.ReadAll(post.Body)
	fmt.Println(post.Status, string(text))
	var group sync.WaitGroup
	var ok int64
	for i := 0; i < 30; i++ {
		group.Add(1)
		go func(i int) {
			defer group.Done()
			r, err := http.Get(fmt.Sprintf("%s/json?i=%d", base, i))
			if err != nil {
				return
			}
			var v struct{ Query map[string][]string }
			json.NewDecoder(r.Body).Decode(&v)
			r.Body.Close()
			if v.Query["i"][0] == fmt.Sprint(i) {
				atomic.AddInt64(&ok, 1)
			}
		}(i)
	}
	group.Wait()
	large, _ := http.Get(base + "/large")
	hash := sha256.New()
	n, _ := io.Copy(hash, large.Body)
	fmt.Printf("%d %d %x\n", ok, n, hash.Sum(nil)[:4])
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	request, _ := http.NewRequestWithContext(ctx, "GET", base+"/slow", nil)
	_, err = http.DefaultClient.Do(request)
	fmt.Println(ctx.Err(), strings.HasSuffix(err.Error(), "context deadline exceeded"))
	fmt.Println(server.Shutdown(context.Background()))
	_, err = net.Dial("tcp", listener.Addr().String())
	fmt.Println(strings.HasSuffix(fmt.Sprint(err), "connection refused"))
}

func processes() {
	out, err := exec.Command("sh", "-c", "cat; echo $VALUE >&2; exit 3").CombinedOutput()
	fmt.Printf("%q %v\n", out, err)
	command := exec.Command("tr", "a-z", "A-Z")
	command.Stdin = strings.NewReader("through a pipe")
	out, err = command.Output()
	fmt.Printf("%q %v\n", out, err)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	fmt.Println(exec.CommandContext(ctx, "sleep", "10").Run())
	_, err = exec.LookPath("no-such-program")
	fmt.Println(err)
	var group sync.WaitGroup
	var n int64
	for i := 0; i < 20; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			if out, _ := exec.Command("echo", "x").Output(); string(out) == "x\n" {
				atomic.AddInt64(&n, 1)
			}
		}()
	}
	group.Wait()
	fmt.Println("children", n)
}

func signals() {
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGHUP)
	syscall.Kill(os.Getpid(), syscall.SIGUSR1)
	fmt.Println(<-c)
	syscall.Kill(os.Getpid(), syscall.SIGHUP)
	fmt.Println(<-c)
	for _, f := range []func(){func() { var p *node; p.left = nil }, func() { a := []int{1}; i := 3; a[i]++ }, func() { i := 0; fmt.Println(1 / i) }, func() { var m map[int]int; m[1] = 2 }} {
		func() {
			defer func() { fmt.Println("recovered:", recover()) }()
			f()
		}()
	}
}

func files() {
	dir, _ := os.MkdirTemp("", "files")
	defer os.RemoveAll(dir)
	for i := 0; i < 50; i++ {
		os.WriteFile(filepath.Join(dir, fmt.Sprintf("f%02d", i)), make([]byte, i), 0640)
	}
	os.Symlink("f01", filepath.Join(dir, "link"))
	var names []string
	var size int64
	filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		names = append(names, info.Name())
		if info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	sort.Strings(names)
	target, _ := os.Readlink(filepath.Join(dir, "link"))
	_, err := os.Stat(filepath.Join(dir, "missing"))
	fmt.Println(len(names), size, target, os.IsNotExist(err))
}

func main() {
	goroutines()
	preemption()
	garbage()
	web()
	processes()
	signals()
	files()
	start := time.Now()
	<-time.NewTimer(20 * time.Millisecond).C
	fmt.Println(time.Since(start) >= 20*time.Millisecond)
	if len(os.Args) > 1 {
		var m sync.Mutex
		m.Lock()
		signal.Reset()
		defer fmt.Println("deferred")
		panic("unrecovered")
	}
}
