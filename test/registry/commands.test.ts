// The commands for images as a user types them, against docker-registry, skopeo and podman.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Wbx } from '../cli/wbx.ts';
import { Registry } from './registry.ts';

const wbx = new Wbx();
let registry: Registry;
/** The digest of app:1, an image with a compressed and an uncompressed layer. */
let digest: string;

before(async () => {
  registry = await Registry.start(wbx.path('registry'));
  mkdirSync(wbx.path('context'));
  mkdirSync(wbx.path('root/bin'), { recursive: true });
  execFileSync('cp', ['/bin/busybox', wbx.path('root/bin/sh')]);
  execFileSync('tar', ['-C', wbx.path('root'), '-czf', wbx.path('root.tar.gz'), '.']);
  writeFileSync(
    wbx.path('context/Dockerfile'),
    'FROM base\nCOPY file /file\nENV A=1\nLABEL kind=test\nCMD ["sh", "-c", "cat /file"]\n',
  );
  writeFileSync(wbx.path('context/file'), 'hello from the image\n');
  run('import', '-c', 'ENV B=2', '-m', 'from a tar', 'root.tar.gz', 'base');
  run('build', '-t', 'app:1', 'context');
  digest = JSON.parse(run('inspect', 'app:1'))[0].Id;
});
after(() => {
  registry.stop();
  wbx.remove();
});

function run(...args: string[]): string {
  const { status, stdout, stderr } = wbx.run(...args);
  assert.equal(status, 0, `wbx ${args.join(' ')}: ${stderr}`);
  return stdout;
}

function refused(sentence: RegExp, ...args: string[]): void {
  const { status, stderr } = wbx.run(...args);
  assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', sentence);
  assert.equal(status, 1);
}

const skopeo = (...words: string[]): string =>
  execFileSync('skopeo', words, { encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });

/** podman with a storage of its own. */
function podman(input: Buffer | undefined, ...words: string[]): string {
  const places = ['--root', wbx.path('podman'), '--runroot', wbx.path('podman-run'), '--storage-driver', 'vfs'];
  return execFileSync('podman', [...places, ...words], { encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'] });
}

test('push, pull and tag speak as docker does', () => {
  const name = `${registry.host}/team/app:1`;
  run('tag', 'app:1', name);
  const pushed = run('push', name).split('\n');
  assert.equal(pushed[0], `The push refers to repository [${registry.host}/team/app]`);
  assert.equal(pushed.filter((line) => /^[0-9a-f]{12}: Pushed$/.test(line)).length, 2);
  assert.match(pushed.at(-2) ?? '', new RegExp(`^1: digest: ${digest} size: \\d+$`));
  assert.match(run('push', name), /: Layer already exists\n/);
  assert.equal(run('push', '-q', name), `${name}\n`);
  assert.match(
    run('pull', name),
    new RegExp(
      `^1: Pulling from ${registry.host}/team/app\n[\\s\\S]*Status: Image is up to date for ${name}\n${name}\n$`,
    ),
  );
  run('rmi', name);
  const again = run('pull', `${registry.host}/team/app@${digest}`);
  assert.match(again, new RegExp(`Digest: ${digest}\nStatus: Downloaded newer image for `));
  assert.equal(run('pull', '-q', '-a', `${registry.host}/team/app`), `${name}\n`);
  assert.match(skopeo('inspect', '--tls-verify=false', `docker://${name}`), new RegExp(digest));
  refused(
    /^wbx: 127\S+ answers GET \/v2\/team\/app\/manifests\/2 with status 404: manifest unknown$/,
    'pull',
    `${registry.host}/team/app:2`,
  );
  refused(/is for linux\/amd64; linux\/arm64 is wanted$/, 'pull', '--platform', 'linux/arm64', name);
});

test('a registry that is not there is told once, in one sentence', () => {
  refused(/^wbx: cannot talk to 127\.0\.0\.1:1: nothing listens there \(ECONNREFUSED\)$/, 'pull', '127.0.0.1:1/x');
  assert.equal(wbx.run('pull', '--nope', 'x').status, 125);
});

test('run and FROM pull what the store lacks; --pull says when', () => {
  const name = `${registry.host}/pulled/app`;
  run('push', 'app:1', name);
  run('rmi', name);
  const { status, stdout, stderr } = wbx.run('run', name);
  assert.deepEqual([status, stdout], [0, 'hello from the image\n'], stderr);
  assert.match(stderr, /^Unable to find image "127.*" locally\n/);
  assert.equal(wbx.run('run', '--pull', 'never', `${registry.host}/pulled/other`).status, 125);
  run('rmi', name);
  writeFileSync(wbx.path('from.Dockerfile'), `FROM ${name}\nENV C=3\n`);
  run('build', '-f', 'from.Dockerfile', '-t', 'derived', 'context');
  assert.deepEqual(JSON.parse(run('inspect', '-f', '{{json .Config.Env}}', 'derived')).slice(-3), [
    'B=2',
    'A=1',
    'C=3',
  ]);
  run('build', '--pull', '-f', 'from.Dockerfile', '-t', 'derived', 'context');
});

test('what is saved is loaded by wbx, podman and skopeo, with its digest', () => {
  run('save', '-o', 'app.tar', 'app:1');
  const loaded = podman(readFileSync(wbx.path('app.tar')), 'load');
  assert.match(loaded, /docker\.io\/library\/app:1/);
  podman(undefined, 'rmi', 'docker.io/library/app:1');
  for (const source of ['docker-archive:app.tar', 'oci-archive:app.tar']) {
    const text = execFileSync('skopeo', ['inspect', '--config', source], { cwd: wbx.directory, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(text).config.Cmd, ['sh', '-c', 'cat /file']);
  }
  for (const format of ['docker-archive', 'oci-archive', 'oci-dir', 'docker-dir']) {
    run('save', '--format', format, '-o', format, 'app:1');
    run('rmi', 'app:1');
    const output = run('load', '-i', format, '--name', 'app:1');
    assert.equal(output, 'Loaded image: app:1\n');
    assert.equal(JSON.parse(run('inspect', 'app:1'))[0].Id, digest, format);
  }
  podman(readFileSync(wbx.path('oci-archive')), 'load');
  const inPodman = podman(undefined, 'image', 'inspect', '--format', '{{.Digest}}', 'docker.io/library/app:1');
  assert.equal(inPodman.trim(), digest);
  const transports = ['oci:oci-dir', 'oci-archive:oci-archive', 'dir:docker-dir'];
  for (const source of transports) {
    const shown = execFileSync('skopeo', ['inspect', '--format', '{{.Digest}}', source], {
      cwd: wbx.directory,
      encoding: 'utf8',
    });
    assert.equal(shown.trim(), digest, source);
  }
  const archive = gzipSync(readFileSync(wbx.path('docker-archive')));
  const { status, stdout } = wbx.runWith(archive, 'load');
  assert.deepEqual([status, stdout], [0, 'Loaded image: app:1\n']);
  assert.equal(wbx.runWith('', 'save', 'nosuch').status, 1);
});

test('what podman saves is loaded', () => {
  podman(readFileSync(wbx.path('app.tar')), 'load');
  for (const format of ['docker-archive', 'oci-archive', 'docker-dir', 'oci-dir']) {
    podman(undefined, 'save', '--format', format, '-o', wbx.path(`podman-${format}`), 'docker.io/library/app:1');
    run('load', '-i', `podman-${format}`, '-n', `from-podman:${format}`);
    assert.equal(wbx.run('run', `from-podman:${format}`).stdout, 'hello from the image\n');
  }
});

test('history shows the steps, the last first', () => {
  const [head, ...steps] = run('history', 'app:1').trimEnd().split('\n');
  assert.match(head, /^IMAGE +CREATED +CREATED BY +SIZE +COMMENT$/);
  assert.equal(steps.length, 5);
  assert.match(steps[0], new RegExp(`^${digest.slice(7, 19)} +.* ago +CMD \\["sh", "-c", "cat /file"\\] +0B`));
  assert.match(steps[4], /^<missing> .*wbx import .* from a tar$/);
  assert.equal(
    run('history', '--format', '{{.Size}}', '--human=false', 'app:1')
      .split('\n')
      .filter((size) => Number(size) > 0).length,
    2,
  );
});

test('images, inspect: filters and templates', () => {
  assert.match(run('images', 'app'), /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\napp +1 +/);
  assert.equal(run('images', '-q', '--no-trunc', '--filter', 'label=kind=test', 'app'), `${digest}\n`);
  assert.equal(run('images', '-q', '--filter', 'label=kind=other'), '');
  assert.equal(run('images', '--format', '{{.Repository}}:{{.Tag}}', 'app'), 'app:1\n');
  assert.equal(
    run('inspect', '-f', '{{index .Config.Labels "kind"}} {{.Os}}/{{.Architecture}} {{len .RootFS.Layers}}', 'app:1'),
    'test linux/amd64 2\n',
  );
  assert.equal(run('inspect', '-f', '{{.Config.Cmd}}', 'app:1'), '[sh -c cat /file]\n');
  refused(/--format: "\{\{range \.x\}\}" is not understood/, 'inspect', '-f', '{{range .x}}', 'app:1');
});

test('export gives the files, of an image and of a box; import takes them back', () => {
  run('convert', 'app:1', '-o', 'app.wasm');
  for (const source of ['app:1', 'app.wasm']) {
    run('export', '-o', 'files.tar', source);
    const list = execFileSync('tar', ['-tf', wbx.path('files.tar')], { encoding: 'utf8' });
    assert.deepEqual(list.split('\n').sort(), ['', 'bin/', 'bin/sh', 'file']);
  }
  const { status, stdout } = wbx.runWith(readFileSync(wbx.path('files.tar')), 'import', '-', 'again');
  assert.equal(status, 0);
  assert.match(stdout, /^sha256:/);
  assert.equal(wbx.run('run', 'again', 'sh', '-c', 'cat /file').stdout, 'hello from the image\n');
});

test('convert makes a box from every kind of source', () => {
  run('push', 'app:1', `${registry.host}/convert/app`);
  const sources = ['app:1', `${registry.host}/convert/app`, 'docker-archive:app.tar', 'oci:oci-dir', 'dir:docker-dir'];
  for (const source of sources) {
    run('convert', source, '-o', 'converted.wasm');
    assert.equal(wbx.run('run', 'converted.wasm').stdout, 'hello from the image\n', source);
  }
  run('convert', 'docker-archive:app.tar');
  assert.ok(existsSync(wbx.path('app.wasm')));
  run('convert', 'rootfs:root', '-o', 'no-command.wasm');
  const { status, stderr } = wbx.run('run', 'no-command.wasm');
  assert.deepEqual([status, stderr], [125, 'wbx: the box names no command to run: give one\n']);
  refused(/^wbx: cannot load nowhere: no such file/, 'convert', 'oci:nowhere');
});

test('a box is pushed as an image that wasm runtimes take, and run from there', () => {
  const name = `${registry.host}/boxes/app:1`;
  run('convert', 'app:1', '-o', 'app.wasm');
  run('push', 'app.wasm', name);
  const raw = JSON.parse(skopeo('inspect', '--raw', '--tls-verify=false', `docker://${name}`));
  assert.deepEqual(raw.annotations, { 'module.wasm.image/variant': 'compat' });
  assert.equal(raw.config.mediaType, 'application/vnd.oci.image.config.v1+json');
  assert.equal(raw.layers[0].mediaType, 'application/vnd.oci.image.layer.v1.tar');
  const config = JSON.parse(skopeo('inspect', '--config', '--raw', '--tls-verify=false', `docker://${name}`));
  assert.deepEqual([config.os, config.architecture, config.config.Entrypoint], ['wasi', 'wasm', ['/box.wasm']]);
  podman(undefined, 'pull', '--quiet', '--tls-verify=false', '--os', 'wasi', '--arch', 'wasm', name);
  const mounted = podman(undefined, 'image', 'mount', name).trim();
  assert.deepEqual(readFileSync(`${mounted}/box.wasm`), readFileSync(wbx.path('app.wasm')));
  podman(undefined, 'image', 'unmount', name);
  run('rmi', name);
  assert.equal(wbx.run('run', name).stdout, 'hello from the image\n');
  writeFileSync(wbx.path('box.Dockerfile'), `FROM ${name}\n`);
  assert.match(
    wbx.run('build', '-f', 'box.Dockerfile', '-t', 'x', 'context').stderr,
    /is for wasi\/wasm; a box runs linux\/amd64/,
  );
  refused(/say under which name to push the box/, 'push', 'app.wasm');
});

test('image prune frees what has no name, and with --all everything', () => {
  run('import', 'root');
  assert.match(run('images', '--filter', 'dangling=true'), /<none> +<none>/);
  assert.match(wbx.runWith('n\n', 'image', 'prune').stdout, /^Total reclaimed space: 0B\n$/);
  assert.match(
    run('image', 'prune', '-f'),
    /^Deleted Images:\ndeleted: sha256:[\s\S]*Total reclaimed space: [\d.]+[kM]B\n$/,
  );
  assert.equal(run('images', '-q', '--filter', 'dangling=true'), '');
  run('run', 'app:1', 'sh', '-c', 'exit 0');
  run('image', 'prune', '-af');
  assert.equal(run('images', '-q'), '');
});

test('login keeps passwords in the file of docker, or in the helper that it names', () => {
  const help = wbx.path('docker-credential-tests');
  const { status, stdout, stderr } = wbx.runWith('secret\n', 'login', '-u', 'joe', '--password-stdin', registry.host);
  assert.deepEqual([status, stdout], [0, 'Login Succeeded\n'], stderr);
  const file = wbx.path('docker/config.json');
  const auth = Buffer.from('joe:secret').toString('base64');
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { auths: { [registry.host]: { auth } } });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(run('logout', registry.host), `Removing login credentials for ${registry.host}\n`);
  assert.equal(run('logout', registry.host), `Not logged in to ${registry.host}\n`);
  writeFileSync(help, `#!/bin/sh\nprintf '%s ' "$1" >> '${wbx.path('calls')}'\ncat >> '${wbx.path('calls')}'\n`);
  chmodSync(help, 0o755);
  writeFileSync(file, JSON.stringify({ credsStore: 'tests', other: 1 }));
  process.env.PATH = `${wbx.directory}:${process.env.PATH}`;
  wbx.runWith('secret', 'login', '-u', 'joe', '--password-stdin', registry.host);
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {
    credsStore: 'tests',
    other: 1,
    auths: { [registry.host]: {} },
  });
  assert.match(
    readFileSync(wbx.path('calls'), 'utf8'),
    /store \{"ServerURL":"127.*","Username":"joe","Secret":"secret"\}/,
  );
});
