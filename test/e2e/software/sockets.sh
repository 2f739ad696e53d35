# ss, netstat and /proc/net list the sockets there are.
cat > t.py <<'P'
import os, re, socket, subprocess
def listen(family, at, backlog=5):
    s = socket.socket(family, socket.SOCK_STREAM); s.bind(at); s.listen(backlog); return s
def run(command, keep):
    out = subprocess.run(command, shell=True, capture_output=True, text=True).stdout
    lines = [' '.join(w for w in l.split() if not re.fullmatch('[0-9]{2,}', w) or w.startswith('70')) for l in out.splitlines() if keep in l]
    print(command, *sorted(lines), sep='\n  ', flush=True)
four = listen(socket.AF_INET, ('127.0.0.1', 7001), 9); six = listen(socket.AF_INET6, ('::1', 7002)); any4 = listen(socket.AF_INET, ('', 7003))
path = listen(socket.AF_UNIX, '/tmp/sock'); abstract = listen(socket.AF_UNIX, '\0abstract')
c = socket.create_connection(('127.0.0.1', 7001)); s, _ = four.accept(); c.send(b'unread')
cport = c.getsockname()[1]
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 7004))
pair = socket.socketpair()
run('ss -Htln', '700'); run('ss -Htn6l', '700'); run('ss -Hunl', '700'); run('ss -Hxl', 'sock'); run('ss -Hxl', 'abstract')
print(subprocess.run('ss -Htn state established', shell=True, capture_output=True, text=True).stdout.replace(str(cport), 'PORT').count('PORT'))
print('inode', all(str(os.fstat(f.fileno()).st_ino) in open('/proc/net/' + n).read() for f, n in ((four, 'tcp'), (six, 'tcp6'), (u, 'udp'), (path, 'unix'), (pair[0], 'unix'))))
run('netstat -tln 2>/dev/null', '700'); run("awk '{print $4, $5, $6, $8}' /proc/net/unix", 'sock')
run('ip -br addr show lo', '127')
P
python3 t.py
