# Runs a command in a terminal of its own: terminal.py COLUMNS ROWS SCRIPT COMMAND...
# SCRIPT is JSON: [["expect", TEXT], ["send", TEXT], ["resize", COLUMNS, ROWS], ...]. Prints all output, then
# "status N" and the terminal's modes after the command has ended ("icanon echo" when they are as before).
import fcntl, json, os, pty, select, struct, sys, termios, time

DEADLINE = time.time() + 30


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def read(fd):
    left = DEADLINE - time.time()
    if left < 0 or not select.select([fd], [], [], left)[0]:
        sys.exit("timeout; output so far: " + repr(output[-500:]))
    try:
        return os.read(fd, 65536)
    except OSError:  # nobody has the terminal open any more
        time.sleep(0.05)
        return b""


columns, rows, script, *command = sys.argv[1:]
parent, child = pty.openpty()
resize(child, int(columns), int(rows))
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(child, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(child, fd)
    os.closerange(3, 256)
    os.execvp(command[0], command)

output = b""
seen = 0
for action, *words in json.loads(script):
    if action == "send":
        os.write(parent, words[0].encode())
    elif action == "resize":
        resize(parent, *words)
    else:
        while output.find(words[0].encode(), seen) < 0:
            output += read(parent)
        seen = output.find(words[0].encode(), seen) + len(words[0])

while True:
    done, status = os.waitpid(pid, os.WNOHANG)
    if select.select([parent], [], [], 0.05)[0]:
        output += read(parent)
    elif done:
        break
    elif time.time() > DEADLINE:
        os.kill(pid, 9)
        sys.exit("timeout; output so far: " + repr(output[-500:]))
lflag = termios.tcgetattr(child)[3]
modes = [name for name in ("ICANON", "ECHO") if lflag & getattr(termios, name)]
sys.stdout.buffer.write(output)
print("status", os.waitstatus_to_exitcode(status), *modes)
