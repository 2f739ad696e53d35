// `ports`, `volumes`, `configs` and `secrets` of a service, in their short and long forms, as options of `wbx run`.
import { byName, listOf, type Mapping, mappingOf, textOf, wrong } from './fields.ts';
import type { Project } from './project.ts';

export function portWords({ ports }: Mapping, where: string): string[] {
  return listOf(ports, `${where}.ports`).map((entry, i) => {
    const at = `${where}.ports[${i}]`;
    if (typeof entry !== 'object') return `--publish=${textOf(entry, at)}`;
    const { target, published = '', host_ip, protocol = 'tcp' } = mappingOf(entry, at);
    const place = [...(host_ip === undefined ? [] : [textOf(host_ip, at)]), textOf(published, at)].join(':');
    return `--publish=${place}:${textOf(target, at)}/${textOf(protocol, at)}`;
  });
}

export function mountWords(project: Project, service: Mapping, where: string): string[] {
  return [
    ...listOf(service.volumes, `${where}.volumes`).map((entry, i) =>
      volumeWord(project, entry, `${where}.volumes[${i}]`),
    ),
    ...fileWords(project, service.secrets, 'secrets', `${where}.secrets`),
    ...fileWords(project, service.configs, 'configs', `${where}.configs`),
  ];
}

function volumeWord(project: Project, entry: unknown, where: string): string {
  if (typeof entry === 'string') {
    const [source, ...rest] = entry.split(':');
    if (rest.length === 0) return `--volume=${source}`;
    return `--volume=${sourceOf(project, source, where)}:${rest.join(':')}`;
  }
  const { type = 'volume', source = '', target, read_only, tmpfs } = mappingOf(entry, where);
  const kind = textOf(type, where);
  const from = textOf(source, where);
  const fields = [`type=${kind}`, `target=${textOf(target, where)}`, ...(read_only === true ? ['readonly'] : [])];
  const { size, mode } = mappingOf(tmpfs, `${where}.tmpfs`);
  if (size !== undefined) fields.push(`tmpfs-size=${textOf(size, where)}`);
  if (mode !== undefined) fields.push(`tmpfs-mode=${Number(mode).toString(8)}`);
  if (from !== '') fields.push(`source=${kind === 'bind' ? project.path(from) : sourceOf(project, from, where)}`);
  return `--mount=${fields.join(',')}`;
}

/** A path of this machine, or a volume of the project. */
function sourceOf(project: Project, source: string, where: string): string {
  if (/^[./~]/.test(source)) return project.path(source);
  return project.volumeName(source, where);
}

/** Files of this machine that the box finds below /run/secrets, or at the root. */
function fileWords(project: Project, value: unknown, section: 'secrets' | 'configs', where: string): string[] {
  const entries = Array.isArray(value)
    ? value.map((each) => (typeof each === 'string' ? { source: each } : mappingOf(each, where)))
    : [...byName(value, where).keys()].map((source) => ({ source }));
  return entries.map(({ source, target }: Mapping) => {
    const name = textOf(source, where);
    const definition = project.section(section).get(name);
    if (!definition) throw wrong(where, `"${name}" is not among the ${section} of the file`);
    if (definition.file === undefined) throw wrong(where, `"${name}" has no "file": others are not known`);
    const usual = section === 'secrets' ? `/run/secrets/${name}` : `/${name}`;
    const wanted = target === undefined ? usual : textOf(target, where);
    const place = wanted.startsWith('/') ? wanted : section === 'secrets' ? `/run/secrets/${wanted}` : `/${wanted}`;
    return `--mount=type=bind,source=${project.path(textOf(definition.file, where))},target=${place},readonly`;
  });
}
