// A compose project: its services, networks and volumes, under the names that they have on this machine.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { WbxError } from '../errors.ts';
import { byName, type Mapping, textOf, wrong } from './fields.ts';
import type { Variables } from './interpolate.ts';
import type { LoadedProject } from './load.ts';
import { startOrder } from './order.ts';
import { checkKeys, type Dependency, dependenciesOf, profilesOf } from './service.ts';

const SECTIONS = ['services', 'networks', 'volumes', 'secrets', 'configs'];
const OTHER_KEYS = ['name', 'version', 'include'];

export interface ServiceNetwork {
  /** On this machine. */
  name: string;
  aliases: string[];
  address?: string;
}

export class Project {
  readonly name: string;
  readonly directory: string;
  readonly files: string[];
  readonly variables: Variables;
  readonly content: Mapping;
  readonly #profiles: Set<string>;

  constructor(loaded: LoadedProject, profiles: string[]) {
    this.name = loaded.name;
    this.directory = loaded.directory;
    this.files = loaded.files;
    this.variables = loaded.variables;
    this.content = loaded.content;
    this.#profiles = new Set(profiles);
    const odd = Object.keys(this.content).find(
      (key) => ![...SECTIONS, ...OTHER_KEYS].includes(key) && !key.startsWith('x-'),
    );
    if (odd !== undefined) throw wrong(this.files[0], `"${odd}" is not known at the top of a compose file`);
    for (const [name, service] of this.section('services')) {
      checkKeys(service, `services.${name}`);
      if (service.image === undefined && service.build === undefined)
        throw wrong(`services.${name}`, 'it has neither an image nor a build');
    }
  }

  section(name: string): Map<string, Mapping> {
    return byName(this.content[name], name);
  }

  service(name: string): Mapping {
    const service = this.section('services').get(name);
    if (!service) throw new WbxError('NOT_FOUND', `no such service: ${name}`);
    return service;
  }

  /** Those of active profiles; with names those, and what they depend on, whatever their profiles. In the order of starting. */
  chosen(names: string[] = [], withDependencies = true): string[] {
    const all = [...this.section('services').keys()];
    for (const name of names) this.service(name);
    const wanted = names.length > 0 ? names : all.filter((name) => this.#isActive(name));
    if (!withDependencies) return wanted;
    return startOrder(wanted, (name) => [...this.dependencies(name).keys()]);
  }

  #isActive(name: string): boolean {
    const profiles = profilesOf(this.service(name), `services.${name}`);
    return profiles.length === 0 || this.#profiles.has('*') || profiles.some((each) => this.#profiles.has(each));
  }

  /** Without those that need not be there and are not. */
  dependencies(name: string): Map<string, Dependency> {
    const all = dependenciesOf(this.service(name), `services.${name}`);
    const services = this.section('services');
    for (const [other, { required }] of all) {
      if (services.has(other) && (required || this.#isActive(other))) continue;
      if (required) throw wrong(`services.${name}.depends_on`, `there is no service "${other}"`);
      all.delete(other);
    }
    return all;
  }

  image(name: string): string {
    const { image } = this.service(name);
    return image === undefined ? `${this.name}-${name}` : textOf(image, `services.${name}.image`);
  }

  boxName(name: string, number: number): string {
    const { container_name } = this.service(name);
    return container_name === undefined ? `${this.name}-${name}-${number}` : textOf(container_name, `services.${name}`);
  }

  /** Networks of a service; undefined = it has lo alone. */
  networksOf(name: string): ServiceNetwork[] | undefined {
    const service = this.service(name);
    const where = `services.${name}`;
    const mode = service.network_mode;
    if (mode === 'none') return undefined;
    if (mode === 'bridge') return [];
    if (mode !== undefined) throw wrong(where, `network_mode ${textOf(mode, where)}: bridge and none are known`);
    const wanted =
      service.networks === undefined ? new Map([['default', {}]]) : byName(service.networks, `${where}.networks`);
    return [...wanted].map(([network, { aliases = [], ipv4_address }]: [string, Mapping]) => ({
      name: this.networkName(network, `${where}.networks`),
      aliases: (aliases as unknown[]).map((each) => textOf(each, where)),
      address: ipv4_address === undefined ? undefined : textOf(ipv4_address, where),
    }));
  }

  networkName(name: string, where: string): string {
    return this.#ownName('networks', name, where, name === 'default');
  }

  volumeName(name: string, where: string): string {
    return this.#ownName('volumes', name, where, false);
  }

  /** What exists already and is not ours to make or to remove. */
  isExternal(section: 'networks' | 'volumes', name: string): boolean {
    const external = this.section(section).get(name)?.external;
    return external !== undefined && external !== false;
  }

  #ownName(section: 'networks' | 'volumes', name: string, where: string, implied: boolean): string {
    const definition = this.section(section).get(name);
    if (!definition && !implied) throw wrong(where, `"${name}" is not among the ${section} of the file`);
    if (definition?.name !== undefined) return textOf(definition.name, `${section}.${name}.name`);
    return this.isExternal(section, name) ? name : `${this.name}_${name}`;
  }

  /** A path of the file, on this machine. */
  path(text: string): string {
    return text.startsWith('~') ? join(homedir(), text.slice(1)) : resolve(this.directory, text);
  }

  exists(path: string): boolean {
    return existsSync(path);
  }
}
