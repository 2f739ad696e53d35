// Checks an image config that came from outside: as far as we rely on it, it is what the OCI image spec (config.md) says.
import { WbxError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import type { ImageConfig, Platform } from './oci.ts';
import { formatPlatform, isFor, LINUX_AMD64 } from './platform.ts';

const LISTS = ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'] as const;

/** `where` is what errors call it. Refuses images for another platform than the wanted one. */
export function checkConfig(value: unknown, where: string, platform = LINUX_AMD64): ImageConfig {
  const config = value as ImageConfig;
  if (typeof config !== 'object' || !Array.isArray(config?.rootfs?.diff_ids)) {
    throw new WbxError('BAD_IMAGE', `${where} is no image config`);
  }
  for (const diffId of config.rootfs.diff_ids) parseDigest(diffId, where);
  checkPlatform(config, where, platform);
  for (const key of LISTS) {
    const list: unknown = config.config?.[key] ?? [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw new WbxError('BAD_IMAGE', `${where}: ${key} is not a list of strings`);
    }
  }
  return config;
}

/** A box runs linux/amd64; images for other platforms can be kept and passed on. */
export function checkPlatform(config: ImageConfig, where: string, platform: Platform = LINUX_AMD64): void {
  if (isFor(config, platform)) return;
  const advice = platform === LINUX_AMD64 ? 'a box runs linux/amd64' : `${formatPlatform(platform)} is wanted`;
  throw new WbxError('BAD_IMAGE', `${where} is for ${config.os}/${config.architecture}; ${advice}`);
}
