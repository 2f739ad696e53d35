// What a container starts with, from an image's config and what the user of `run` says instead. As Docker: a command
// replaces CMD, an entrypoint replaces ENTRYPOINT and forgets CMD.
import { WbxError } from '../errors.ts';
import type { ContainerConfig } from '../image/oci.ts';
import type { Rootfs } from '../image/rootfs.ts';
import { resolveUser, type User } from '../image/user.ts';
import type { BootOptions } from './boot-block.ts';

const DEFAULT_PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What `run` says instead of the image. Absent = as the image says. */
export interface BootOverrides {
  command?: string[];
  /** Program that replaces ENTRYPOINT; an empty string removes it. */
  entrypoint?: string;
  /** `NAME=value`; these win over the image's. */
  env?: string[];
  cwd?: string;
  user?: User;
  hostname?: string;
}

/** What a box of this image starts with by itself. */
export function bootOfConfig(config: ContainerConfig, rootfs: Rootfs): BootOptions {
  const entrypoint = config.Entrypoint ?? [];
  const user = resolveUser(rootfs, config.User ?? '');
  return {
    argv: [...entrypoint, ...(config.Cmd ?? [])],
    commandIndex: entrypoint.length,
    env: withDefaults(config.Env ?? [], user.home),
    cwd: config.WorkingDir || '/',
    uid: user.uid,
    gid: user.gid,
    groups: user.groups,
  };
}

/** Applies what `run` says. Throws when there is nothing to run. */
export function overrideBoot(boot: BootOptions, overrides: BootOverrides): BootOptions {
  const { command = [], entrypoint, env = [], cwd, user, hostname } = overrides;
  const changed = { ...boot, env: mergeEnv(boot.env ?? [], env) };
  if (entrypoint !== undefined) {
    changed.argv = entrypoint === '' ? command : [entrypoint, ...command];
    changed.commandIndex = changed.argv.length - command.length;
  } else if (command.length > 0) changed.argv = [...boot.argv.slice(0, boot.commandIndex ?? 0), ...command];
  if (changed.argv.length === 0) throw new WbxError('BAD_ARGUMENT', 'no command given, and the image names none');
  if (cwd !== undefined) changed.cwd = cwd;
  if (hostname !== undefined) changed.hostname = hostname;
  if (user) {
    Object.assign(changed, { uid: user.uid, gid: user.gid, groups: user.groups });
    changed.env = mergeEnv(changed.env, [...setsHome(env), `HOME=${user.home}`].slice(0, 1));
  }
  return changed;
}

/** Variables of both lists in order; of the same name the later value stands. */
export function mergeEnv(lower: string[], upper: string[]): string[] {
  const variables = new Map<string, string>();
  for (const variable of [...lower, ...upper]) variables.set(variable.split('=', 1)[0], variable);
  return [...variables.values()];
}

function setsHome(env: string[]): string[] {
  return env.filter((variable) => variable.startsWith('HOME='));
}

function withDefaults(env: string[], home: string): string[] {
  return mergeEnv([DEFAULT_PATH, `HOME=${home}`], env);
}
