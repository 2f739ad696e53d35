// Checks an image config that came from outside: as far as we rely on it, it is what the OCI image spec (config.md) says.
import { WbxError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import type { ImageConfig, Platform } from './oci.ts';
import { BOX_RUNS, formatPlatform, isFor, LINUX_AMD64 } from './platform.ts';

const LISTS = ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'] as const;

/** `where` is what errors call it. Refuses images for other platforms than the wanted ones. */
export function checkConfig(value: unknown, where: string, platforms: readonly Platform[] = BOX_RUNS): ImageConfig {
  const config = value as ImageConfig;
  if (typeof config !== 'object' || !Array.isArray(config?.rootfs?.diff_ids)) {
    throw new WbxError('BAD_IMAGE', `${where} is no image config`);
  }
  for (const diffId of config.rootfs.diff_ids) parseDigest(diffId, where);
  checkPlatform(config, where, platforms);
  for (const key of LISTS) {
    const list: unknown = config.config?.[key] ?? [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw new WbxError('BAD_IMAGE', `${where}: ${key} is not a list of strings`);
    }
  }
  return config;
}

/** Images for other platforms can be kept and passed on, but no box runs them. */
export function checkPlatform(config: ImageConfig, where: string, platforms: readonly Platform[] = BOX_RUNS): void {
  if (platforms.some((platform) => isFor(config, platform))) return;
  const wanted = platforms.map(formatPlatform).join(' or ');
  const advice = platforms.includes(LINUX_AMD64) ? 'a box runs linux/amd64' : `${wanted} is wanted`;
  throw new WbxError('BAD_IMAGE', `${where} is for ${config.os}/${config.architecture}; ${advice}`);
}
