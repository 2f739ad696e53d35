import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadProject } from './load.ts';
import { Project } from './project.ts';
import { runWords } from './service.ts';

const directory = mkdtempSync(join(tmpdir(), 'wbx-compose-'));
after(() => rmSync(directory, { recursive: true }));

function project(files: Record<string, string>, profiles: string[] = []): Project {
  const paths = Object.entries(files).map(([name, text]) => {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  });
  const composed = paths.filter((path) => path.endsWith('.yaml') && !path.includes('/other'));
  return new Project(loadProject({ files: composed, envFiles: [], name: 'p', warn: () => {} }), profiles);
}

test('a service as options of run', () => {
  const one = project({
    'vars.env': 'FROM_FILE="a\\tb"\nBOTH=file\n# no\nPLAIN=x y # rest\nQUOTED=\'$A # b\'\n',
    'a.yaml': `
services:
  web:
    image: nginx:1
    command: sh -c "echo 'a b' \\"$$c\\""
    entrypoint: [/bin/tini, --]
    environment: {BOTH: own, NUMBER: 3}
    env_file: vars.env
    ports: ["8080:80", {target: 53, published: "5353", protocol: udp, host_ip: 127.0.0.1}]
    volumes: ["./src:/src:ro", "data:/data", {type: tmpfs, target: /run, tmpfs: {size: 64m}}]
    healthcheck: {test: [CMD, curl, -f, "http://a b"], interval: 1s, retries: 2}
    stop_grace_period: 1m30s
    ulimits: {nofile: {soft: 1, hard: 2}, core: 0}
    deploy: {resources: {limits: {cpus: "0.5", memory: 64m}}}
    cap_drop: [ALL]
    init: true
    read_only: false
    extra_hosts: ["a:1.2.3.4"]
    secrets: [key]
volumes: {data: {}}
secrets: {key: {file: ./key.txt}}
`,
  });
  assert.deepEqual(runWords(one, 'web'), {
    options: [
      '--cap-drop=ALL',
      '--init',
      '--env=FROM_FILE=a\tb',
      '--env=BOTH=own',
      '--env=PLAIN=x y',
      '--env=QUOTED=$A # b',
      '--env=NUMBER=3',
      '--add-host=a:1.2.3.4',
      '--ulimit=nofile=1:2',
      '--ulimit=core=0',
      '--cpus=0.5',
      '--memory=64m',
      "--health-cmd=curl -f 'http://a b'",
      '--health-interval=1s',
      '--health-retries=2',
      '--publish=8080:80',
      '--publish=127.0.0.1:5353:53/udp',
      `--volume=${directory}/src:/src:ro`,
      '--volume=p_data:/data',
      '--mount=type=tmpfs,target=/run,tmpfs-size=64m',
      `--mount=type=bind,source=${directory}/key.txt,target=/run/secrets/key,readonly`,
      '--stop-timeout=90',
      '--entrypoint=/bin/tini',
    ],
    command: ['--', 'sh', '-c', 'echo \'a b\' "$c"'],
  });
});

test('files over each other, extends, anchors', () => {
  const one = project({
    'other.yaml': 'services: {base: {image: old, labels: [a=1], user: "5"}}\n',
    'a.yaml': `
x-env: &env {environment: [A=1, B=2]}
services:
  web: {<<: *env, extends: {file: other.yaml, service: base}, image: one, command: [a], ports: ["1:1"], volumes: ["/x:/v"], depends_on: [db]}
  db: {image: db}
`,
    'b.yaml': `
services:
  web: {environment: {B: 3}, command: [b], ports: ["2:2"], volumes: ["/y:/v"], depends_on: {db: {condition: service_healthy}}}
`,
  });
  const { options, command } = runWords(one, 'web');
  assert.deepEqual(command, ['b']);
  assert.deepEqual(options, [
    '--user=5',
    '--env=A=1',
    '--env=B=3',
    '--label=a=1',
    '--publish=1:1',
    '--publish=2:2',
    '--volume=/y:/v',
  ]);
  assert.equal(one.dependencies('web').get('db')?.condition, 'service_healthy');
  assert.equal(one.image('web'), 'one');
});

test('profiles and order', () => {
  const text = `
services:
  a: {image: x, depends_on: [b]}
  b: {image: x, depends_on: {c: {condition: service_started}, d: {condition: service_started, required: false}}}
  c: {image: x}
  d: {image: x, profiles: [more]}
  e: {image: x, profiles: [debug]}
`;
  assert.deepEqual(project({ 'a.yaml': text }).chosen(), ['c', 'b', 'a']);
  assert.deepEqual(project({ 'a.yaml': text }, ['debug', 'more']).chosen(), ['c', 'd', 'b', 'a', 'e']);
  assert.deepEqual(project({ 'a.yaml': text }).chosen(['e']), ['e']);
  assert.deepEqual(project({ 'a.yaml': text }).chosen(['a'], false), ['a']);
});

test('networks have names of the project, unless they are external or say another', () => {
  const one = project({
    'a.yaml': `
services:
  a: {image: x}
  b: {image: x, networks: {own: {aliases: [bee], ipv4_address: 10.0.0.5}, there: null}}
  c: {image: x, network_mode: none}
networks: {own: {name: mine}, there: {external: true}}
`,
  });
  assert.deepEqual(one.networksOf('a'), [{ name: 'p_default', aliases: [], address: undefined }]);
  assert.deepEqual(one.networksOf('b'), [
    { name: 'mine', aliases: ['bee'], address: '10.0.0.5' },
    { name: 'there', aliases: [], address: undefined },
  ]);
  assert.equal(one.networksOf('c'), undefined);
});

const WRONG: [text: string, sentence: RegExp][] = [
  ['services: {a: {image: x, privileged: true}}', /services.a: "privileged" is not something a box can be told/],
  ['services: {a: {image: x}}\nfoo: 1', /"foo" is not known at the top/],
  ['services: {a: {}}', /services.a: it has neither an image nor a build/],
  ['services: {a: {image: x, depends_on: [b]}}', /there is no service "b"/],
  ['services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}', /a -> b -> a/],
  ['services: {a: {image: x, depends_on: {a: {condition: ready}}}}', /the condition is one of/],
  ['services: {a: {image: x, networks: [none]}}', /"none" is not among the networks/],
  ['services: {a: {image: x, volumes: ["data:/x"]}}', /"data" is not among the volumes/],
  ['services: {a: {image: x, command: "a \'b"}}', /a quote without its end/],
  ['services: {a: {image: x, platform: linux/arm64}}', /boxes are linux\/amd64/],
  ['services: [a]\n  b', /a.yaml: /],
  ['- a', /holds no mapping/],
];

test('what is wrong is told with its place', () => {
  for (const [text, sentence] of WRONG) {
    const run = () => {
      const one = project({ 'a.yaml': text });
      for (const name of one.chosen()) {
        one.networksOf(name);
        runWords(one, name);
      }
    };
    assert.throws(run, sentence, text);
  }
});
