// wbx login: keeps a registry's password where Docker keeps it, or in the credential helper that its config names.
import { WbxError } from '../errors.ts';
import { CredentialStore } from '../image/registry/credentials.ts';
import { login } from '../image/registry/login.ts';
import { Registries } from '../image/registry/registries.ts';
import { newCommand, runCommand } from './command.ts';
import { ask, readStdin } from './prompt.ts';

interface LoginFlags {
  username?: string;
  password?: string;
  passwordStdin?: boolean;
}

export function main(args: string[]): Promise<number> {
  const command = newCommand('login', 'Log in to a registry.', [
    'wbx login                                     # Docker Hub; asks for name and password',
    'wbx login -u me --password-stdin registry.example < password',
  ])
    .argument('[server]', 'the registry', 'docker.io')
    .option('-u, --username <name>')
    .option('-p, --password <password>', 'better not: others see it in the list of processes')
    .option('--password-stdin', 'read the password from stdin')
    .action(logIn);
  return runCommand(command, args);
}

async function logIn(server: string, flags: LoginFlags): Promise<void> {
  if (flags.passwordStdin && flags.password !== undefined) {
    throw new WbxError('BAD_ARGUMENT', '--password and --password-stdin exclude each other');
  }
  if (flags.passwordStdin && flags.username === undefined) {
    throw new WbxError('BAD_ARGUMENT', '--password-stdin needs --username');
  }
  const registry = registryName(server);
  const username = flags.username ?? (await ask('Username: '));
  const password = flags.passwordStdin
    ? (await readStdin()).replace(/\r?\n$/, '')
    : (flags.password ?? (await ask('Password: ', true)));
  if (!username || !password) throw new WbxError('BAD_ARGUMENT', 'a user name and a password are needed to log in');
  const store = new CredentialStore();
  const helper = await login(new Registries(), store, registry, { username, password });
  if (helper === undefined) process.stderr.write(`The password lies unencrypted in ${store.path}\n`);
  console.log('Login Succeeded');
}

/** Users also give the addresses that Docker's config has. */
export function registryName(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return host === 'index.docker.io' ? 'docker.io' : host;
}
