// Checks an image config that came from outside: as far as we rely on it, it is what the OCI image spec (config.md) says.
import { WbxError } from '../errors.ts';
import { parseDigest } from './digest.ts';
import type { ImageConfig } from './oci.ts';

const LISTS = ['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'] as const;

/** `where` is what errors call it. Refuses images of another architecture: no box could run them. */
export function checkConfig(value: unknown, where: string): ImageConfig {
  const config = value as ImageConfig;
  if (typeof config !== 'object' || !Array.isArray(config?.rootfs?.diff_ids)) {
    throw new WbxError('BAD_IMAGE', `${where} is no image config`);
  }
  for (const diffId of config.rootfs.diff_ids) parseDigest(diffId, where);
  if (config.os !== 'linux' || config.architecture !== 'amd64') {
    throw new WbxError('BAD_IMAGE', `${where} is for ${config.os}/${config.architecture}; a box runs linux/amd64`);
  }
  for (const key of LISTS) {
    const list: unknown = config.config?.[key] ?? [];
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw new WbxError('BAD_IMAGE', `${where}: ${key} is not a list of strings`);
    }
  }
  return config;
}
