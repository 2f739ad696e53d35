// How apt in a box finds packages: as on this machine.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Where apt finds its sources: places, keys, proxies, passwords. */
const CONFIGURATION = ['etc/apt', 'usr/share/keyrings', 'etc/ssl/certs'];

/** Why there are none, or false. */
export const NO_SOURCES = hasSources() ? false : 'this machine has no apt sources for bookworm';

/** Makes `debian:bookworm` with the files of `machine` find packages as this machine does. */
export const WITH_SOURCES = 'RUN rm -rf /etc/apt/sources.list\nCOPY machine/ /\n';

/** Copies this machine's configuration to `machine` in a build context. */
export function copySources(context: string): void {
  for (const path of CONFIGURATION.filter((each) => existsSync(`/${each}`)))
    cpSync(`/${path}`, join(context, 'machine', path), { recursive: true, dereference: true });
  // Hooks of this machine's own programs, which the base does not have.
  const hooks = join(context, 'machine/etc/apt/apt.conf.d');
  for (const name of existsSync(hooks) ? readdirSync(hooks) : [])
    if (/Post-Invoke|Pre-Install-Pkgs/.test(readFileSync(join(hooks, name), 'utf8'))) rmSync(join(hooks, name));
}

function hasSources(): boolean {
  const places = ['/etc/apt/sources.list', ...listOf('/etc/apt/sources.list.d')];
  return places.some((path) => existsSync(path) && /bookworm/.test(readFileSync(path, 'utf8')));
}

function listOf(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}

/** What the variables of this process say about proxies, as a user's --build-arg would. */
export function proxies(): Map<string, string> {
  return new Map(
    Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name)) as [string, string][],
  );
}
