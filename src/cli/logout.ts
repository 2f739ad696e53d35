// wbx logout: forgets a registry's password.
import { CredentialStore } from '../image/registry/credentials.ts';
import { newCommand, runCommand } from './command.ts';
import { registryName } from './login.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('logout', 'Log out from a registry.', ['wbx logout', 'wbx logout registry.example'])
    .argument('[server]', 'the registry', 'docker.io')
    .action(async (server: string) => {
      const registry = registryName(server);
      const known = await new CredentialStore().delete(registry);
      console.log(known ? `Removing login credentials for ${registry}` : `Not logged in to ${registry}`);
    });
  return runCommand(command, args);
}
