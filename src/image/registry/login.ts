// `wbx login`: shows a registry credentials and keeps them when it takes them.
import { WbxError } from '../../errors.ts';
import type { CredentialStore, Credentials } from './credentials.ts';
import { discard } from './http.ts';
import type { Registries } from './registries.ts';

/** Gives the credential helper that keeps them, or undefined when they are in the config file. */
export async function login(
  registries: Registries,
  store: CredentialStore,
  registry: string,
  credentials: Credentials,
): Promise<string | undefined> {
  const endpoint = registries.login(registry, credentials);
  const response = await endpoint.request({ method: 'GET', path: '/v2/', scopes: [], expect: [200, 401, 404] });
  await discard(response);
  if (response.status === 401) throw new WbxError('REGISTRY', `${registry} refuses the user name or the password`);
  if (response.status === 404) throw new WbxError('REGISTRY', `${registry} is no registry: it has no /v2/`);
  return store.set(registry, credentials);
}
