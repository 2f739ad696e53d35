// Real programs for the law of snapshots. What they print must not depend on the machine.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Runnable } from '../../src/runtime/node/runnable.ts';
import { runnableDirectory, runnableTree } from '../../src/runtime/node/runnable-tree.ts';
import { rootfsFromDirectory } from '../../src/image/from-directory.ts';
import type { LawProgram } from './law.ts';

const SOFTWARE = 'build/software';
const THREADS = 'build/test/law';

const SCRIPTS: Record<string, string> = {
  bash: 'for i in $(seq 60); do echo $i $((i*i)) $(printf %x $i | tr a-f A-F); done | sort -k2 -n | tail -20; sleep 0.2; wait; trap "echo bye" EXIT; (sleep 0.1; kill -USR1 $$) & trap "echo usr1" USR1; wait',
  python:
    'exec python3 -c "import hashlib,threading,queue;q=queue.Queue();r=[]\ndef f():\n  while (x:=q.get()) is not None: r.append(hashlib.sha256(str(x).encode()).hexdigest()[:6])\nt=[threading.Thread(target=f) for _ in range(3)]\n[x.start() for x in t];[q.put(i) for i in range(300)];[q.put(None) for _ in t];[x.join() for x in t];print(len(r),sorted(r)[:9])"',
  redis:
    'cd /tmp; redis-server --port 7777 --save "" --daemonize no > log 2>&1 & for i in $(seq 50); do redis-cli -p 7777 ping 2>/dev/null | grep -q PONG && break; sleep 0.1; done; for i in $(seq 12); do redis-cli -p 7777 incr n; redis-cli -p 7777 rpush l $i; done; redis-cli -p 7777 lrange l 0 -1; redis-cli -p 7777 shutdown nosave; wait; echo done',
  node: 'exec node -e "let n=0;const t=setInterval(()=>{console.log(n,require(\"crypto\").createHash(\"md5\").update(String(n)).digest(\"hex\"));if(++n>8)clearInterval(t)},20)"',
  sqlite:
    'cd /tmp; sqlite3 a.db "create table t(a,b); with recursive c(x) as (select 1 union all select x+1 from c where x<3000) insert into t select x,x*x%97 from c; create index i on t(b); select b,count(*),sum(a) from t group by b order by 3 desc limit 9; pragma integrity_check"',
  gcc: 'cd /tmp; printf "#include <stdio.h>\nint main(){for(int i=0;i<9;i++)printf(\"%%d\\n\",i*i);return 7;}" > a.c; gcc -O2 -o a a.c && ./a; echo $?',
  pipes:
    'cd /tmp; mkfifo p; (for i in $(seq 400); do echo line $i; done > p) & tar cf - /etc/passwd /etc/group 2>/dev/null | gzip -n | gunzip | tar tf -; wc -c < p; find /etc -type f | sort | head -20 | xargs -n5 echo',
  awk: "gawk 'BEGIN{for(i=0;i<20000;i++)s[i%101]+=i*i;for(i=0;i<9;i++)print i,s[i]}'; bc <<< 'scale=60;4*a(1)' -l; xz --version | head -1",
  zsh: 'zsh -c "for i in {1..40}; do x=\$((x+i)); print \$x; done | md5sum; coproc cat; print -p hi; read -p y; print \$y"; make --version | head -1; git --version',
};

export function lawPrograms(): Record<string, LawProgram> {
  const box = runnableDirectory(SOFTWARE);
  const shell = (script: string): LawProgram => ({ box, command: ['/bin/bash', '-c', script] });
  const scripts = Object.entries(SCRIPTS).map(([name, script]) => [name, shell(script)] as const);
  return { ...Object.fromEntries(scripts), threads: { box: threadsBox(), command: ['/threads'] } };
}

/** A static program whose threads hand a token around. */
function threadsBox(): Runnable {
  mkdirSync(THREADS, { recursive: true });
  const args = ['-O2', '-static', '-pthread', '-o', `${THREADS}/threads`, 'test/snapshot/threads.c'];
  const { status, stderr } = spawnSync('gcc', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return runnableTree(rootfsFromDirectory(THREADS));
}
