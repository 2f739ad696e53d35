// wbx compose down: ends and removes what up has made.
import type { Project } from '../../compose/project.ts';
import { Boxes } from '../../runtime/node/boxes/boxes.ts';
import { membersOf } from '../../runtime/node/net/members.ts';
import { Networks } from '../../runtime/node/net/networks.ts';
import { Volumes } from '../../runtime/node/volumes.ts';
import { remove } from '../rm.ts';
import { stop } from '../stop.ts';
import { boxesOf } from './boxes-of.ts';
import { say } from './report.ts';
import { orphansOf } from './up.ts';

export interface DownFlags {
  removeOrphans?: boolean;
  timeout?: string;
  volumes?: boolean;
}

export async function down(project: Project, names: string[], flags: DownFlags): Promise<void> {
  const boxes = new Boxes();
  const known = [...project.section('services').keys()];
  const order = project.chosen(names.length > 0 ? names : known, names.length === 0).reverse();
  if (flags.removeOrphans) await end(boxes, orphansOf(boxes, project), flags);
  // Who depends on others goes first.
  for (const service of order) await end(boxes, boxesOf(boxes, project.name, [service]), flags);
  if (names.length > 0) return;
  removeNetworks(project);
  if (flags.volumes) removeVolumes(project);
}

async function end(boxes: Boxes, all: ReturnType<typeof boxesOf>, flags: DownFlags): Promise<void> {
  await Promise.all(
    all.map(async (box) => {
      await stop(box, { timeout: flags.timeout }, true);
      await remove(boxes, boxes.find(box.record.id), true);
      say('Container', box.record.name, 'Removed');
    }),
  );
}

function removeNetworks(project: Project): void {
  const networks = new Networks();
  for (const network of networks.list()) {
    if (network.labels['com.docker.compose.project'] !== project.name) continue;
    if (membersOf(network).length > 0) say('Network', network.name, 'Resource is still in use');
    else {
      networks.remove(network);
      say('Network', network.name, 'Removed');
    }
  }
}

function removeVolumes(project: Project): void {
  const volumes = new Volumes();
  for (const { name, labels } of volumes.list()) {
    if (labels['com.docker.compose.project'] !== project.name) continue;
    volumes.remove(name);
    say('Volume', name, 'Removed');
  }
}
