// wbx compose up: makes what is missing, replaces what has changed, starts it in the order of its dependencies.
import type { Project } from '../../compose/project.ts';
import { scaleOf } from '../../compose/service.ts';
import { WbxError } from '../../errors.ts';
import { Boxes, type KnownBox } from '../../runtime/node/boxes/boxes.ts';
import { isAlive } from '../../runtime/node/boxes/record.ts';
import { Networks } from '../../runtime/node/net/networks.ts';
import { Volumes } from '../../runtime/node/volumes.ts';
import { remove } from '../rm.ts';
import { startDetached } from '../run-kept.ts';
import { stop } from '../stop.ts';
import { boxesOf, composeLabel, createOf, specificationOf } from './boxes-of.ts';
import { ensureImages } from './images.ts';
import { showLogs } from './logs.ts';
import { say } from './report.ts';
import { waitFor, waitForDependencies } from './wait-for.ts';

export interface UpFlags {
  abortOnContainerExit?: boolean;
  build?: boolean;
  deps: boolean;
  detach?: boolean;
  exitCodeFrom?: string;
  forceRecreate?: boolean;
  recreate: boolean;
  removeOrphans?: boolean;
  scale?: string[];
  start: boolean;
  timeout?: string;
  wait?: boolean;
}

export async function up(project: Project, names: string[], flags: UpFlags): Promise<number> {
  const boxes = new Boxes();
  const services = project.chosen(names, flags.deps);
  const scales = new Map((flags.scale ?? []).map((text) => [text.split('=')[0], Number(text.split('=')[1])]));
  await ensureImages(project, services, flags);
  ensurePlaces(project, services);
  if (flags.removeOrphans) await removeOrphans(boxes, project);
  for (const service of services) {
    await converge(boxes, project, service, scales.get(service), flags);
    if (!flags.start) continue;
    await waitForDependencies(boxes, project, service);
    for (const box of boxesOf(boxes, project.name, [service])) await start(boxes, box);
  }
  if (!flags.start) return 0;
  if (flags.wait) await waitForAll(boxes, project, services);
  if (flags.detach || flags.wait) return 0;
  return attend(boxes, project, names.length > 0 ? names : services, flags);
}

/** Networks and volumes of these services. */
function ensurePlaces(project: Project, services: string[]): void {
  const networks = new Networks();
  const wanted = new Set(
    services.flatMap((name) => (project.networksOf(name) ?? []).map(({ name: network }) => network)),
  );
  for (const name of wanted) {
    if (networks.find(name)) continue;
    const [key, definition = {}] =
      [...project.section('networks')].find(([each]) => project.networkName(each, 'networks') === name) ?? [];
    if (key !== undefined && project.isExternal('networks', key)) networks.get(name);
    const labels = { 'com.docker.compose.project': project.name, 'com.docker.compose.network': key ?? 'default' };
    networks.create(name, { internal: definition.internal === true, labels });
    say('Network', name, 'Created');
  }
  const volumes = new Volumes();
  for (const key of project.section('volumes').keys()) {
    const name = project.volumeName(key, 'volumes');
    if (volumes.find(name)) continue;
    if (project.isExternal('volumes', key))
      throw new WbxError(
        'NOT_FOUND',
        `the volume ${name} does not exist: it is external, so make it with "wbx volume create"`,
      );
    volumes.create(name, { 'com.docker.compose.project': project.name, 'com.docker.compose.volume': key });
    say('Volume', name, 'Created');
  }
}

/** As many boxes as wanted, each as the file says. */
async function converge(boxes: Boxes, project: Project, service: string, scale: number | undefined, flags: UpFlags) {
  const count = scale ?? scaleOf(project.service(service), `services.${service}`);
  const { hash } = specificationOf(project, service);
  const kept = new Set<number>();
  for (const box of boxesOf(boxes, project.name, [service])) {
    const number = Number(composeLabel(box.record, 'container-number'));
    const changed = composeLabel(box.record, 'config-hash') !== hash && flags.recreate;
    if (number <= count && !changed && !flags.forceRecreate) {
      kept.add(number);
      if (isAlive(box.state)) say('Container', box.record.name, 'Running');
      continue;
    }
    await stop(box, { timeout: flags.timeout }, true);
    await remove(boxes, boxes.find(box.record.id), true);
    say('Container', box.record.name, number <= count ? 'Recreate' : 'Removed');
  }
  for (let number = 1; number <= count; number++) {
    if (!kept.has(number)) say('Container', createOf(boxes, project, service, number).name, 'Created');
  }
}

async function start(boxes: Boxes, { record }: KnownBox): Promise<void> {
  if (isAlive(boxes.find(record.id).state)) return;
  const status = await startDetached(record);
  if (status !== 0) throw new WbxError('RUN_FAILED', `${record.name} does not start`);
  say('Container', record.name, 'Started');
}

async function waitForAll(boxes: Boxes, project: Project, services: string[]): Promise<void> {
  for (const box of boxesOf(boxes, project.name, services)) {
    const { record, state } = boxes.find(box.record.id);
    if (state.health) await waitFor(boxes, { record, state }, 'service_healthy');
  }
}

async function removeOrphans(boxes: Boxes, project: Project): Promise<void> {
  for (const box of orphansOf(boxes, project)) {
    await remove(boxes, box, true);
    say('Container', box.record.name, 'Removed');
  }
}

/** Boxes of services that the file does not know any more. */
export function orphansOf(boxes: Boxes, project: Project): KnownBox[] {
  const known = project.section('services');
  return boxesOf(boxes, project.name).filter(({ record }) => !known.has(composeLabel(record, 'service') ?? ''));
}

/** Shows what is printed until all have ended, or until ctrl-C, which ends them. */
async function attend(boxes: Boxes, project: Project, services: string[], flags: UpFlags): Promise<number> {
  const all = boxesOf(boxes, project.name, services);
  const stopAll = () => Promise.all(all.map(({ record }) => stop(boxes.find(record.id), { timeout: flags.timeout })));
  let interrupted = false;
  process.once('SIGINT', () => {
    interrupted = true;
    process.stderr.write('Gracefully stopping... (press Ctrl+C again to force)\n');
    void stopAll();
  });
  const logs = all.map((box) => showLogs(boxes, [box], { follow: true, tail: 'all' }));
  if (flags.abortOnContainerExit || flags.exitCodeFrom !== undefined) {
    await Promise.race(logs);
    await stopAll();
  }
  await Promise.all(logs);
  if (interrupted) return 130;
  if (flags.exitCodeFrom === undefined) return 0;
  const [box] = boxesOf(boxes, project.name, [flags.exitCodeFrom]);
  return box ? boxes.find(box.record.id).state.exitCode : 1;
}
