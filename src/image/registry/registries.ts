// The registries a command talks to: configuration and credentials read once, one endpoint for each server, and the
// repositories of references: where to pull from (mirrors first) and where to push to (never a mirror).
import { type Reference, splitRepository } from '../reference.ts';
import { CredentialStore, type Credentials } from './credentials.ts';
import { Endpoint } from './endpoint.ts';
import { type Address, addressOf, mirrorsOf, readRegistryConfig, type RegistryConfig } from './hosts.ts';
import { RETRIES, type RetryPolicy } from './retry.ts';
import { Repository } from './repository.ts';

export interface RegistriesOptions {
  config?: RegistryConfig;
  credentials?: CredentialStore;
  retries?: RetryPolicy;
}

export class Registries {
  readonly #config: RegistryConfig;
  readonly #credentials: CredentialStore;
  readonly #retries: RetryPolicy;
  readonly #endpoints = new Map<string, Endpoint>();

  constructor({ config, credentials, retries }: RegistriesOptions = {}) {
    this.#config = config ?? readRegistryConfig();
    this.#credentials = credentials ?? new CredentialStore();
    this.#retries = retries ?? RETRIES;
  }

  /** Where an image can be read, in the order to try. */
  sources({ repository }: Reference): Repository[] {
    const { registry, path } = splitRepository(repository);
    const addresses = [...mirrorsOf(registry, this.#config), addressOf(registry, this.#config)];
    return addresses.map((address) => new Repository(this.#endpoint(address, registry), path));
  }

  /** The registry's own repository. */
  target({ repository }: Reference): Repository {
    const { registry, path } = splitRepository(repository);
    return new Repository(this.#endpoint(addressOf(registry, this.#config), registry), path);
  }

  /** The registry as these credentials show it, to see whether it takes them. */
  login(registry: string, credentials: Credentials): Endpoint {
    return this.#newEndpoint(addressOf(registry, this.#config), registry, async () => credentials);
  }

  #endpoint(address: Address, registry: string): Endpoint {
    const key = `${registry} ${address.host}`;
    let endpoint = this.#endpoints.get(key);
    if (!endpoint) {
      // A mirror is a registry of its own, with its own account.
      const account = address.host === addressOf(registry, this.#config).host ? registry : address.host;
      let known: Promise<Credentials | undefined> | undefined;
      const credentials = () => {
        known ??= this.#credentials.get(account);
        return known;
      };
      endpoint = this.#newEndpoint(address, account, credentials);
      this.#endpoints.set(key, endpoint);
    }
    return endpoint;
  }

  #newEndpoint(address: Address, registry: string, credentials: () => Promise<Credentials | undefined>): Endpoint {
    return new Endpoint(address, { registry, credentials, retries: this.#retries });
  }
}
