// Opens what a policy lets a box in a page reach: the network, by what a page has.
import type { BootOptions } from '../../box/boot-block.ts';
import { WbxError } from '../../errors.ts';
import { etcFiles } from '../net/etc-files.ts';
import { parseRule } from '../net/rule.ts';
import { DEFAULT_SUBNET } from '../net/subnet.ts';
import { VisitorNetwork, visitorInterface } from '../net/visitor.ts';
import type { Policy } from '../policy.ts';
import type { Reach } from '../reach.ts';
import { PageOutward } from './net/outward.ts';

export async function openReach({ network, publish, mounts }: Policy, boot: BootOptions): Promise<Reach> {
  if (publish?.length || mounts?.length) {
    throw new WbxError(
      'UNSUPPORTED',
      'a page has no ports and no directories for a box: leave "publish" and "mounts" out',
    );
  }
  const policy = network ?? { allow: [] };
  for (const rule of [...(policy.allow ?? []), ...(policy.deny ?? [])]) parseRule(rule);
  const files = etcFiles({ hostname: boot.hostname ?? 'box', subnet: DEFAULT_SUBNET });
  return { boot: { files, network: visitorInterface() }, network: new VisitorNetwork(new PageOutward(policy)) };
}
