// What Docker's reference and BuildKit say and buildah 1.28 does otherwise or not at all: expansions, escapes, EXPOSE of
// ranges, VOLUME, COPY --link, modes, ADD of xz. Each case says the result that they document.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { lookup } from '../../src/image/rootfs.ts';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'a.txt': 'a',
  'dir/one': 'one',
  'modes/suid': { mode: 0o4755, text: 's' },
  'modes/sgid/': { mode: 0o2775 },
});

before(() => sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755));
after(() => sandbox.remove());

/** Docker's table of expansions and its examples, and the corners of each form. */
const EXPANSIONS: [text: string, value: string][] = [
  ['$word', 'w'],
  ['${word}_x', 'w_x'],
  ['$word_x', ''],
  ['\\$word', '$word'],
  ['\\${word}', '${word}'],
  ["'$word'", '$word'],
  ['"$word"', 'w'],
  ['"\'$word\'"', "'w'"],
  ['${word:-d}', 'w'],
  ['${none:-d}', 'd'],
  ['${none-d}', 'd'],
  ['${empty:-d}', 'd'],
  ['${empty-d}', ''],
  ['${none:-$word}', 'w'],
  ['${none:-${other:-${word}}}', 'w'],
  ['${none:-"a b"}', 'a b'],
  ['${word:+s}', 's'],
  ['${none:+s}', ''],
  ['${empty:+s}', ''],
  ['${empty+s}', 's'],
  ['${word:?m}', 'w'],
  ['${empty?m}', ''],
  ['${str#f*b}', 'arbaz'],
  ['${str##f*b}', 'az'],
  ['${str%b*}', 'foobar'],
  ['${str%%b*}', 'foo'],
  ['${str#x}', 'foobarbaz'],
  ['${str/ba/fo}', 'fooforbaz'],
  ['${str//ba/fo}', 'fooforfoz'],
  ['${str/b*/X}', 'fooX'],
  ['${none/b/X}', ''],
];

for (const [text, value] of EXPANSIONS) {
  test(`expansion: ${text}`, async () => {
    const { config } = await sandbox.build(
      `FROM scratch\nENV word=w empty= str=foobarbaz\nENV result=${text}\nLABEL result=${text}\nCOPY a.txt /\n`,
    );
    assert.deepEqual([config.Env?.at(-1), config.Labels?.result], [`result=${value}`, value]);
  });
}

test('${x:?} ends the build with its words', async () => {
  await assert.rejects(sandbox.build('FROM scratch\nENV A="${none:?is needed}"\n'), /Dockerfile:2: none: is needed/);
  await assert.rejects(sandbox.build('FROM scratch\nARG A\nENV A=${A?}\n'), /Dockerfile:3: A: is not set/);
  await assert.rejects(sandbox.build('FROM scratch\nENV A=${x\n'), /Dockerfile:2: "\$\{x" has no closing brace/);
  await assert.rejects(sandbox.build('FROM scratch\nENV A=${x!y}\n'), /Dockerfile:2: .* is not supported/);
});

/** Config that the lines behind FROM scratch and COPY make. */
const CONFIGS: Record<string, [lines: string, config: object]> = {
  'the escape character holds in values too': [
    '# escape=`\nFROM scratch\nCOPY a.txt /\nENV A=c:\\dir B=a`$b C=x` `y\n',
    { Env: ['A=c:\\dir', 'B=a$b', 'C=x y'] },
  ],
  'EXPOSE of ranges': [
    'FROM scratch\nCOPY a.txt /\nEXPOSE 8000-8002/udp 9\n',
    { ExposedPorts: { '8000/udp': {}, '8001/udp': {}, '8002/udp': {}, '9/tcp': {} } },
  ],
  'VOLUME with variables': [
    'FROM scratch\nCOPY a.txt /\nENV V=/data\nVOLUME $V ${V}2\nVOLUME ["/x y"]\n',
    { Env: ['V=/data'], Volumes: { '/data': {}, '/data2': {}, '/x y': {} } },
  ],
  'CMD in the shell form goes to SHELL': [
    'FROM scratch\nCOPY a.txt /\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nCMD a | b\nENTRYPOINT c  d\n',
    {
      Shell: ['/bin/bash', '-o', 'pipefail', '-c'],
      Cmd: ['/bin/bash', '-o', 'pipefail', '-c', 'a | b'],
      Entrypoint: ['/bin/bash', '-o', 'pipefail', '-c', 'c  d'],
    },
  ],
  'platform ARGs': [
    'FROM --platform=$BUILDPLATFORM scratch\nARG TARGETPLATFORM\nARG TARGETOS\nARG TARGETARCH\nARG TARGETVARIANT\nARG BUILDPLATFORM\nARG BUILDOS\nARG BUILDARCH\nCOPY a.txt /\nENV A=$TARGETPLATFORM,$TARGETOS,$TARGETARCH,$TARGETVARIANT,$BUILDPLATFORM,$BUILDOS,$BUILDARCH B=[$BUILDVARIANT$TARGETSTAGE]\n',
    { Env: ['A=linux/amd64,linux,amd64,,linux/amd64,linux,amd64', 'B=[]'] },
  ],
  'HEALTHCHECK --start-interval': [
    'FROM scratch\nCOPY a.txt /\nHEALTHCHECK --start-interval=2s --start-period=1m --retries=1 CMD ["x"]\n',
    { Healthcheck: { Test: ['CMD', 'x'], StartPeriod: 60e9, StartInterval: 2e9, Retries: 1 } },
  ],
  'HEALTHCHECK NONE takes the one of the base back': [
    'FROM scratch AS base\nHEALTHCHECK CMD x\nFROM base\nCOPY a.txt /\nHEALTHCHECK NONE\n',
    { Healthcheck: { Test: ['NONE'] } },
  ],
  'WORKDIR is made clean': [
    'FROM scratch\nENV D=/srv\nWORKDIR ${D}/./x/../y/\n',
    { Env: ['D=/srv'], WorkingDir: '/srv/y' },
  ],
  'directives check and syntax': [
    '# syntax=docker/dockerfile:1.7-labs\n# check=skip=JSONArgsRecommended;error=true\nFROM scratch\nCOPY a.txt /\nCMD x\n',
    { Cmd: ['/bin/sh', '-c', 'x'] },
  ],
};

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

for (const [name, [dockerfile, config]] of Object.entries(CONFIGS)) {
  test(`config: ${name}`, async () => {
    const { Env = [], ...expected } = config as { Env?: string[] };
    const built = await sandbox.build(dockerfile);
    assert.deepEqual(built.config, { WorkingDir: '/', ...expected, Env: [PATH, ...Env] });
  });
}

const SHELL = 'FROM scratch AS base\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n';

/** Lines of the tree (without /bin) that the Dockerfile leaves. */
const TREES: Record<string, [lines: string, tree: string[]]> = {
  'the bits of set-id programs stay': ['COPY modes /m\n', ['/m 40755 0:0', '/m/sgid 42775 0:0', '/m/suid 104755 0:0']],
  'a destination that is a link to a file': [
    'RUN echo old > /target && ln -s target /ln\nCOPY --chmod=600 a.txt /ln\n',
    ['/ln 120777 0:0 -> target', '/target 100600 0:0'],
  ],
  'COPY --link replaces links on its way': [
    'RUN mkdir /real && ln -s real /ln && chmod 700 /real\nCOPY --link a.txt /ln/\nCOPY --link a.txt /real/\n',
    ['/ln 40755 0:0', '/ln/a.txt 100644 0:0', '/real 40700 0:0', '/real/a.txt 100644 0:0'],
  ],
  'RUN below a VOLUME is kept': ['RUN mkdir /v\nVOLUME /v\nRUN echo x > /v/x\n', ['/v 40755 0:0', '/v/x 100644 0:0']],
  'WORKDIR belongs to the USER': [
    'USER 5:6\nWORKDIR /w/x\nUSER 7\nWORKDIR y\n',
    ['/w 40755 5:6', '/w/x 40755 5:6', '/w/x/y 40755 7:7'],
  ],
  'here-documents with owner and mode': [
    'COPY --chown=1:2 --chmod=0750 <<one <<-two /h/\n1\none\n\t\t2\n\ttwo\n',
    ['/h 40755 1:2', '/h/one 100750 1:2', '/h/two 100750 1:2'],
  ],
  'several here-documents of RUN': [
    'RUN <<A cat > /1 && <<B cat > /2\n1\nA\n2\nB\nRUN <<-"EOF"\n\tmkdir /d\n\techo $0 > /d/x\n\tEOF\n',
    ['/1 100644 0:0', '/2 100644 0:0', '/d 40755 0:0', '/d/x 100644 0:0'],
  ],
};

for (const [name, [lines, tree]] of Object.entries(TREES)) {
  test(name, async () => {
    const { rootfs } = await sandbox.build(`${SHELL}${lines}`);
    const built = describe(rootfs).filter((line) => !line.startsWith('/bin'));
    assert.deepEqual(
      built.map((line) => line.replace(/ [0-9a-f]{16}$/, '')),
      tree,
    );
  });
}

test('predefined proxy ARGs are seen by RUN without ARG, and are no part of the cache key', async () => {
  const dockerfile = `${SHELL}RUN echo "$http_proxy,$NO_PROXY,$other" > /proxies\n`;
  const given = (proxy: string) => ({
    buildArgs: new Map(Object.entries({ http_proxy: proxy, NO_PROXY: 'n', other: 'o' })),
  });
  const { rootfs, config } = await sandbox.build(dockerfile, given('http://localhost:1'));
  const file = lookup(rootfs, 'proxies')?.content;
  assert.equal(Buffer.from(file?.read(0, 100) ?? []).toString(), 'http://localhost:1,n,\n');
  assert.ok(!JSON.stringify(config).includes('localhost'));
  await sandbox.build(dockerfile, given('http://localhost:2'));
  assert.match(sandbox.log, /RUN echo .*\n#\d+ CACHED/);
});

/** BuildKit refuses these; buildah builds them. */
const REFUSED: [dockerfile: string, sentence: RegExp][] = [
  ['RUN mkdir -p /d/one\nCOPY dir /d\n', /Dockerfile:5: COPY cannot write \/d\/one: a directory stands/],
  ['COPY a.txt busybox /d\n', /Dockerfile:4: COPY has several sources, so its destination must end with a slash/],
  ['EXPOSE 99999\n', /Dockerfile:4: EXPOSE "99999" is no port/],
  ['STOPSIGNAL SIGNOPE\n', /Dockerfile:4: STOPSIGNAL "SIGNOPE" is no signal/],
  ['USER $NOPE\n', /Dockerfile:4: USER is empty/],
  ['FROM --platform=linux/arm64 base\n', /Dockerfile:4: FROM --platform=linux\/arm64: a box runs linux\/amd64 only/],
  [
    'FROM scratch AS early\nCOPY --from=later /x /x\nFROM scratch AS later\nFROM early\n',
    /names a stage that comes later/,
  ],
];

for (const [lines, sentence] of REFUSED) {
  test(`refused: ${lines.trim().replaceAll('\n', ', ')}`, () =>
    assert.rejects(sandbox.build(`${SHELL}${lines}`), sentence));
}
