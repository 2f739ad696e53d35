# nginx serves files and errors to curl on loopback.
mkdir -p www; echo page > www/index.html; seq 20000 > www/large
cat > n.conf <<C
worker_processes 2; error_log stderr crit; pid $PWD/pid;
events { worker_connections 64; }
http { access_log off; server { listen 127.0.0.1:8088; root $PWD/www; location /r { return 302 /; } } }
C
chmod -R a+rX /tmp . ; nginx -c $PWD/n.conf; for i in 1 2 3 4 5 6 7 8 9 10; do curl -s -o /dev/null http://127.0.0.1:8088/ && break; sleep 0.2; done
curl -s http://127.0.0.1:8088/; curl -s http://127.0.0.1:8088/large | sha256sum; curl -s -o /dev/null -w '%{http_code} %{size_download}\n' http://127.0.0.1:8088/missing; curl -sI http://127.0.0.1:8088/r | grep -i location
curl -s -r 0-9 http://127.0.0.1:8088/large | head -3; for i in $(seq 20); do curl -s http://127.0.0.1:8088/ & done | wc -l; kill $(cat pid); sleep 0.3; curl -s http://127.0.0.1:8088/; echo $?
