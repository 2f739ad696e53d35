// Waiting for what a service depends on: started, healthy, or ended well.
import { setTimeout } from 'node:timers/promises';
import type { Project } from '../../compose/project.ts';
import type { Condition } from '../../compose/service.ts';
import { WbxError } from '../../errors.ts';
import type { Boxes, KnownBox } from '../../runtime/node/boxes/boxes.ts';
import { isAlive } from '../../runtime/node/boxes/record.ts';
import { boxesOf } from './boxes-of.ts';
import { say } from './report.ts';

/** How often the states on disk are looked at. */
const LOOK_MS = 50;

export async function waitForDependencies(boxes: Boxes, project: Project, service: string): Promise<void> {
  for (const [name, { condition, required }] of project.dependencies(service)) {
    for (const box of boxesOf(boxes, project.name, [name])) {
      try {
        await waitFor(boxes, box, condition);
      } catch (error) {
        if (required) throw error;
      }
    }
  }
}

/** Until the box is so; throws when it will not be. */
export async function waitFor(boxes: Boxes, { record }: KnownBox, condition: Condition): Promise<void> {
  for (let told = false; ; told = true) {
    const { state } = boxes.find(record.id);
    const failed = (why: string) => new WbxError('RUN_FAILED', `dependency failed to start: ${record.name} ${why}`);
    if (condition === 'service_completed_successfully') {
      if (state.status === 'exited' && state.exitCode === 0) return say('Container', record.name, 'Exited');
      if (state.status === 'exited') throw failed(`has exited with status ${state.exitCode}`);
    } else {
      if (!isAlive(state)) throw failed(`has exited with status ${state.exitCode}`);
      if (condition === 'service_started') return;
      if (!state.health) throw failed('has no health check to wait for');
      if (state.health.status === 'healthy') return say('Container', record.name, 'Healthy');
      if (state.health.status === 'unhealthy') throw failed('is unhealthy');
    }
    if (!told) say('Container', record.name, 'Waiting');
    await setTimeout(LOOK_MS);
  }
}
