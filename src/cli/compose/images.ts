// Images of services: built or pulled when they are missing, or when somebody asks.
import { byName, type Mapping, mappingOf, pairsOf, textOf, textsOf, wrong } from '../../compose/fields.ts';
import type { Project } from '../../compose/project.ts';
import { WbxError } from '../../errors.ts';
import { Store } from '../../image/store/store.ts';
import { main as build } from '../build.ts';
import { main as pull } from '../pull.ts';

const BUILD_KEYS = ['additional_contexts', 'args', 'context', 'dockerfile', 'labels', 'no_cache', 'pull', 'target'];

export async function ensureImages(project: Project, services: string[], options: { build?: boolean }): Promise<void> {
  const store = new Store();
  for (const name of services) {
    const service = project.service(name);
    const image = project.image(name);
    const policy = service.pull_policy;
    const missing = store.find(image) === undefined;
    if (service.build !== undefined) {
      if (missing || options.build || policy === 'build') await buildService(project, name, []);
    } else if (policy === 'always') await pullService(project, name, false);
    else if (missing && policy === 'never')
      throw new WbxError(
        'NOT_FOUND',
        `services.${name}: the image ${image} is not there, and its pull_policy is never`,
      );
  }
}

export async function buildService(project: Project, name: string, more: string[]): Promise<void> {
  const where = `services.${name}.build`;
  const { build: value } = project.service(name);
  const spec: Mapping = typeof value === 'string' ? { context: value } : mappingOf(value, where);
  const odd = Object.keys(spec).find((key) => !BUILD_KEYS.includes(key));
  if (odd !== undefined) throw wrong(where, `"${odd}" is not known`);
  const context = project.path(textOf(spec.context ?? '.', where));
  const words = pairsOf(spec.args, `${where}.args`).flatMap(([arg, text]) => {
    const given = text ?? project.variables.get(arg);
    return given === undefined ? [] : ['--build-arg', `${arg}=${given}`];
  });
  for (const [label, text] of pairsOf(spec.labels, `${where}.labels`)) words.push('--label', `${label}=${text ?? ''}`);
  for (const [other] of byName(spec.additional_contexts, where)) {
    const path = textsOf(mappingOf(spec.additional_contexts, where)[other], where)[0];
    words.push('--build-context', `${other}=${project.path(path)}`);
  }
  if (spec.dockerfile !== undefined) words.push('-f', `${context}/${textOf(spec.dockerfile, where)}`);
  if (spec.target !== undefined) words.push('--target', textOf(spec.target, where));
  if (spec.no_cache === true) words.push('--no-cache');
  if (spec.pull === true) words.push('--pull');
  await build(['-t', project.image(name), ...words, ...more, context]);
}

export async function pullService(project: Project, name: string, quiet: boolean): Promise<void> {
  await pull([...(quiet ? ['-q'] : []), project.image(name)]);
}
