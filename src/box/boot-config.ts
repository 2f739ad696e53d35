// An image's config -> what a box boots with: ENTRYPOINT and CMD, ENV, WORKDIR, USER, as `docker run` reads them.
import { WbxError } from '../errors.ts';
import type { ContainerConfig } from '../image/oci.ts';
import type { Rootfs } from '../image/rootfs.ts';
import { resolveUser } from '../image/users.ts';
import type { BootOptions } from './boot-block.ts';
import { mergeEnv } from './env.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command line puts in place of the image's own. */
export interface ConfigOverrides {
  /** Replaces ENTRYPOINT and drops CMD. */
  entrypoint?: string[];
  /** Replaces CMD. */
  command?: string[];
  /** `NAME=value`, later ones win. */
  env?: string[];
  workingDirectory?: string;
  user?: string;
  hostname?: string;
  tty?: boolean;
}

/** `rootfs` resolves the user's name. */
export function bootOptionsOf(config: ContainerConfig, rootfs: Rootfs, overrides: ConfigOverrides = {}): BootOptions {
  const boot = boxBootOptions(config, rootfs, overrides);
  if (boot.argv.length > 0) return boot;
  throw new WbxError('BAD_ARGUMENT', 'the image names no command to run: give one, or set CMD or ENTRYPOINT');
}

/** What a box file holds: one of an image without a command has none either, and can only be run with one. */
export function boxBootOptions(config: ContainerConfig, rootfs: Rootfs, overrides: ConfigOverrides = {}): BootOptions {
  const entrypoint = overrides.entrypoint ?? config.Entrypoint ?? [];
  const command = overrides.command ?? (overrides.entrypoint ? [] : (config.Cmd ?? []));
  const argv = [...entrypoint, ...command];
  const user = resolveUser(rootfs, overrides.user ?? config.User ?? '');
  const hostname = overrides.hostname ?? 'box';
  const given = [...(config.Env ?? []), ...(overrides.env ?? [])];
  const defaults = [`PATH=${DEFAULT_PATH}`, `HOSTNAME=${hostname}`, `HOME=${user.home}`];
  return {
    argv,
    commandIndex: entrypoint.length,
    env: mergeEnv([...defaults, ...(overrides.tty ? ['TERM=xterm'] : []), ...given]),
    cwd: overrides.workingDirectory ?? config.WorkingDir,
    hostname,
    uid: user.uid,
    gid: user.gid,
    groups: user.groups,
  };
}
