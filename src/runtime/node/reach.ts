// Opens what a policy lets a box reach on this host. Invariant: what it does not name stays closed, and what makes no sense in
// it is told before anything is open.
import { statSync } from 'node:fs';
import { posix } from 'node:path';
import type { BootOptions, Mount } from '../../box/boot-block.ts';
import { WbxError } from '../../errors.ts';
import { parsePublish } from '../net/port-spec.ts';
import { parseRule } from '../net/rule.ts';
import type { HostMount, NetworkPolicy, Policy } from '../policy.ts';
import type { Reach } from '../reach.ts';
import { NodeFiles } from './files/server.ts';
import { type ContainerNetwork, openNetwork } from './net/container.ts';

export async function openReach(policy: Policy, boot: BootOptions): Promise<Reach> {
  const wanted = networkOf(policy);
  const mounts = (policy.mounts ?? []).map(checked).sort((a, b) => depth(a) - depth(b));
  const { network, boot: named } = await openNetwork(wanted, boot.hostname ?? 'box');
  const roots = mounts.map(({ source, writable }) => ({ path: source, readOnly: !writable }));
  return {
    boot: { ...named, mounts: mounts.map(mountOf) },
    network,
    files: roots.length > 0 ? new NodeFiles(roots, boot.uid ?? 0, boot.gid ?? 0) : undefined,
  };
}

/** Published ports need a network; without rules of its own it leads inward alone. */
function networkOf({ network, publish = [] }: Policy): ContainerNetwork | undefined {
  if (!network && publish.length === 0) return undefined;
  const policy: NetworkPolicy = network ?? { allow: [] };
  for (const rule of [...(policy.allow ?? []), ...(policy.deny ?? [])]) parseRule(rule);
  return { policy, publish: publish.flatMap(parsePublish) };
}

function checked(mount: HostMount): HostMount {
  const target = posix.normalize(mount.target).replace(/(?!^)\/$/, '');
  if (!target.startsWith('/') || target === '/') {
    throw new WbxError('BAD_ARGUMENT', `mount at "${mount.target}": name an absolute path other than /`);
  }
  const stat = statSync(mount.source, { throwIfNoEntry: false });
  if (!stat) throw new WbxError('NOT_FOUND', `nothing to mount: ${mount.source} does not exist`);
  if (!stat.isDirectory() && !stat.isFile()) {
    throw new WbxError('BAD_ARGUMENT', `${mount.source} is neither a directory nor a regular file`);
  }
  return { ...mount, target };
}

/** What lies deeper is mounted on what is above it. */
function depth({ target }: HostMount): number {
  return target.split('/').length;
}

function mountOf({ target, writable }: HostMount, root: number): Mount {
  return { type: 'host', target, options: writable ? `${root}` : `${root},ro` };
}
