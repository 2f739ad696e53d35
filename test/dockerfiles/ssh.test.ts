// RUN --mount=type=ssh: a real ssh-add in a box talks to a real ssh-agent of this machine.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { lookup, type Rootfs } from '../../src/image/rootfs.ts';
import { WbxError } from '../../src/errors.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({ 'root/etc/passwd': 'root:x:0:0::/root:/bin/sh\nuser:x:1000:1000::/:/bin/sh\n' });
sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755);
const socket = join(sandbox.directory, 'agent');
const key = join(sandbox.directory, 'key');
const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
const BASE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
COPY root /
`;
const LIST = 'RUN --mount=type=ssh ssh-add -l > /keys; echo $? > /status; ls -ld $SSH_AUTH_SOCK > /socket';

before(async () => {
  copyProgram('/usr/bin/ssh-add');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'a key of the host', '-f', key]);
  while (!existsSync(socket)) await sleep(10);
  execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
});
after(() => {
  agent.kill();
  sandbox.remove();
});

/** With the libraries that it is linked with. */
function copyProgram(program: string): void {
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g);
  for (const path of [program, ...[...libraries].map(([, each]) => each)]) {
    const target = join(sandbox.context, 'root', path);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target, { dereference: true });
  }
}

function text(rootfs: Rootfs, path: string): string {
  const content = lookup(rootfs, path)?.content;
  return Buffer.from(content?.read(0, content.size) ?? []).toString();
}

test('the keys of the agent are seen, and no trace of the socket stays', async () => {
  const { rootfs } = await sandbox.build(`${BASE}${LIST}\n`, { agents: new Map([['default', socket]]) });
  const wanted = execFileSync('ssh-add', ['-l'], { encoding: 'utf8', env: { ...process.env, SSH_AUTH_SOCK: socket } });
  assert.match(wanted, /a key of the host/);
  assert.deepEqual([text(rootfs, 'keys'), text(rootfs, 'status')], [wanted, '0\n']);
  assert.match(text(rootfs, 'socket'), /^srw------- .* 0 .*\/run\/buildkit\/ssh_agent\.0$/m);
  assert.equal(lookup(rootfs, 'run'), undefined);
});

test('without a network, for another user, under another name', async () => {
  const mount = '--mount=type=ssh,id=mine,target=/tmp/agent,uid=1000,mode=0660';
  const { rootfs } = await sandbox.build(
    `${BASE}RUN mkdir -m 1777 /tmp /out
USER user
RUN --network=none ${mount} ssh-add -l > /out/keys; ls -ln /tmp/agent > /out/socket
`,
    { agents: new Map([['mine', socket]]) },
  );
  assert.match(text(rootfs, 'out/keys'), /a key of the host/);
  assert.match(text(rootfs, 'out/socket'), /^srw-rw---- +\d+ 1000 +0 /);
});

test('signatures of the agent, many at once', async () => {
  copyProgram('/usr/bin/ssh-keygen');
  cpSync(`${key}.pub`, join(sandbox.context, 'root/key.pub'));
  const { rootfs } = await sandbox.build(
    `${BASE}RUN --mount=type=ssh for i in 1 2 3 4; do (echo $i | ssh-keygen -q -Y sign -f /key.pub -n test > /sig$i) & done; wait
RUN (printf 'me '; cat /key.pub) > /allowed; for i in 1 2 3 4; do \\
  echo $i | ssh-keygen -Y verify -f /allowed -I me -n test -s /sig$i; done > /verified
`,
    { agents: new Map([['default', socket]]) },
  );
  assert.equal(text(rootfs, 'verified').match(/Good "test" signature/g)?.length, 4);
});

test('without an agent there is none, unless it is required', async () => {
  const { rootfs } = await sandbox.build(`${BASE}RUN --mount=type=ssh echo "$SSH_AUTH_SOCK" > /where\n`);
  assert.equal(text(rootfs, 'where'), '\n');
  await assert.rejects(
    sandbox.build(`${BASE}RUN --mount=type=ssh,required ssh-add -l\n`),
    (error) => error instanceof WbxError && /Dockerfile.*:5: the ssh agent "default" is required/.test(error.message),
  );
});
