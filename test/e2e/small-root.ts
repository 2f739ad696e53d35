// Root file systems of a few programs of a Debian tree, with the libraries they need: small enough to become images of a test.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Copies programs and directories of `tree` to `target`; every tree has sh, coreutils and users. */
export function smallRoot(tree: string, target: string, programs: string[], directories: string[]): void {
  const all = ['/bin/sh', '/bin/bash', ...CORE.map((name) => `/bin/${name}`), ...programs];
  const libraries = execFileSync(
    'chroot',
    [tree, 'sh', '-c', `ldd ${all.join(' ')} 2>/dev/null; ls /lib64/ld-* /lib/*/libnss_*`],
    {
      encoding: 'utf8',
    },
  );
  const found = [...libraries.matchAll(/(?:=>\s+)?(\/[\w./+-]+)(?=[\s:])/g)].map(([, path]) => path);
  for (const path of new Set([...all, ...found])) copy(tree, path, target);
  for (const path of ['/etc/passwd', '/etc/group', '/etc/nsswitch.conf', ...directories]) copy(tree, path, target);
  for (const name of ['tmp', 'proc', 'sys', 'dev', 'run', 'root', 'var/run'])
    mkdirSync(join(target, name), { recursive: true });
  execFileSync('chmod', ['1777', join(target, 'tmp')]);
}

const CORE = 'cat chmod chown cp echo env grep id ls mkdir rm sed sleep test touch true'.split(' ');

/** What the path leads to, under the name of the path. */
function copy(tree: string, path: string, target: string): void {
  const place = join(target, path);
  if (!existsSync(join(tree, path)) || existsSync(place)) return;
  mkdirSync(dirname(place), { recursive: true });
  cpSync(realpathSync(join(tree, path)), place, { recursive: true, verbatimSymlinks: true });
}
