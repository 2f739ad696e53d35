// Every instruction in the forms that people write, against buildah: equal trees and equal configs. The base is a busybox,
// which both run.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { describe } from './describe.ts';
import { Sandbox } from './sandbox.ts';

const sandbox = new Sandbox({
  'a.txt': 'a',
  'b.txt': 'b',
  'dir/one': 'one',
  'dir/sub/two': { mode: 0o640, text: 'two' },
  'modes/sticky/': { mode: 0o1777 },
  'modes/none': { mode: 0, text: 'n' },
  capable: { mode: 0o755, text: 'c' },
  'links/abs': '-> /etc/passwd',
  'links/dangling': '-> nowhere',
  'links/up': '-> ../a.txt',
  'hard/x': 'same',
  'hard/deep/y': '= hard/x',
  etc: '-> dir',
  passwd: 'root:x:0:0::/root:/bin/sh\nbob:x:1000:1001::/home/bob:/bin/sh\n42:x:7:8::/:/bin/sh\n',
  group: 'root:x:0:\nbobs:x:1001:\nstaff:x:50:bob\n',
});

const BASE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -p /tmp /root /home/bob && chmod 1777 /tmp && chown 1000:1001 /home/bob && ln -s tmp /link && ln -s /home /homes
COPY passwd group /etc/
`;

before(async () => {
  sandbox.writeBytes('busybox', readFileSync('/bin/busybox'), 0o755);
  execFileSync('tar', [
    '-C',
    sandbox.context,
    '--owner=3',
    '--group=4',
    '-cJf',
    join(sandbox.context, 'x.tar.xz'),
    'dir',
  ]);
  execFileSync('setcap', ['cap_net_raw+ep', join(sandbox.context, 'capable')]);
  const names = ['--xattrs', '--xattrs-include=*', '-cf', join(sandbox.context, 'capable.tar'), 'capable'];
  execFileSync('tar', ['-C', sandbox.context, ...names]);
  await sandbox.store.tag(await sandbox.buildImage(BASE), 'base');
  await sandbox.store.tag(
    await sandbox.buildImage(
      'FROM scratch\nENTRYPOINT ["/e"]\nCMD ["c"]\nENV A=base\nLABEL l=base\nEXPOSE 1\nVOLUME /v\nUSER 3\nWORKDIR /w\nCOPY a.txt /\n',
    ),
    'configured',
  );
  await sandbox.store.tag(
    await sandbox.buildImage(
      `FROM base\nONBUILD COPY a.txt /first\nONBUILD RUN cat /first > /second\nONBUILD ENV ON=1\nONBUILD WORKDIR /on\n`,
    ),
    'triggers',
  );
  for (const name of ['base', 'configured', 'triggers'])
    sandbox.buildah.addImage(sandbox.store, `docker.io/library/${name}:latest`);
});
after(() => sandbox.remove());

const DOCKERFILES: Record<string, string> = {
  'directives, comments, continuations': `# syntax=docker/dockerfile:1
# escape=\\
# a comment
FROM base
RUN echo one \\
  # between
    two \\

    three > /out && \\  
    echo four >> /out
  # indented
COPY a.txt \\
     b.txt \\
     /c/
`,
  'escape=`': '# escape=`\nFROM base\nCOPY a.txt `\n  b.txt /c/\nRUN echo one `\n  two > /out\n',
  'keywords in any case': 'from base as one\nRun echo 1 > /1\nFROM base\ncopy --from=one /1 /2\nenv a=b\ncmd ["x"]\n',
  'CR LF': 'FROM base\r\nENV A=1 \\\r\n  B=2\r\nRUN echo x > /x\r\nCMD ["a"]\r\n',
  'a byte order mark': '\ufeffFROM base\nENV A=1\n',
  'tabs and blanks': 'FROM\tbase\nENV\tA=1   B=2\t\nLABEL\ta=b\nCOPY\ta.txt   /t/ \n',
  'an ARG in FROM':
    'ARG NAME=base\nARG STAGE=one\nFROM ${NAME} AS one\nRUN echo 1 > /1\nFROM ${NAME}\nCOPY --from=one /1 /\n',
  'ARG before FROM is not seen behind it': 'ARG A=1\nFROM base\nENV X=[$A]\nARG A\nENV Y=[$A]\n',
  'ARG with and without values':
    'FROM base\nARG A=1\nARG B\nARG C=${A}2\nARG D="x y"\nRUN echo "$A,$B,$C,$D" > /args\nENV E=$C\n',
  'ARG ends with its stage': 'FROM base AS one\nARG A=1\nRUN echo $A > /a\nFROM one\nRUN echo "[$A]" > /b\n',
  'ENV hides ARG': 'FROM base\nARG A=arg\nENV A=env\nRUN echo $A > /a\nENV B=$A\n',
  'ENV of the same line is the one before': 'FROM base\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc\n',
  'quotes in ENV': `FROM base\nENV A="a b" B=a\\ b C='$A' D="$A" E=\\$A F="\\"q\\"" G=x'y z'w\nENV OLD form  with   $A and "quotes"\nRUN env | grep -E '^([A-G]|OLD)=' | sort > /env\n`,
  'PATH grows': 'FROM base\nENV PATH=/opt/bin:$PATH\nRUN echo $PATH > /path\n',
  'undefined variables': 'FROM base\nENV A=[$NOPE] B=[${NOPE}] C=[${NOPE:-d}] D=[${PATH:+set}]\n',
  labels: 'FROM base\nLABEL "a.b"="c d" multi="x \\\n  y" e=\nLABEL A=1 B=$PATH\nLABEL A=2\n',
  'MAINTAINER and STOPSIGNAL': 'FROM base\nMAINTAINER me <me@localhost>\nENV S=SIGINT\nSTOPSIGNAL $S\n',
  'STOPSIGNAL by number': 'FROM base\nSTOPSIGNAL 9\n',
  'USER by name':
    'FROM base\nUSER bob\nRUN id -u > /tmp/id; id -G > /tmp/groups; echo $HOME > /tmp/home; touch /home/bob/mine\n',
  'USER by name and group':
    'FROM base\nUSER bob:staff\nRUN id -u > /tmp/id; id -g >> /tmp/id; touch /tmp/f\nUSER root\nRUN touch /r\n',
  'USER by number': 'FROM base\nARG U=12:34\nUSER $U\nRUN id -u > /tmp/id; id -g >> /tmp/id; touch /tmp/f\n',
  'USER by uid takes the groups of its entry': 'FROM base\nUSER 1000\nRUN id -u > /tmp/id; id -g >> /tmp/id\n',
  'WORKDIR relative, with variables':
    'FROM base\nENV D=/srv/a\nWORKDIR $D/b\nRUN pwd > pwd\nWORKDIR ../c\nRUN pwd > pwd\nWORKDIR ${D}/z\nCOPY a.txt .\nCOPY b.txt rel/\n',
  'WORKDIR over a link': 'FROM base\nWORKDIR /link/sub\nRUN pwd -P > pwd\nCOPY a.txt ./\n',
  'SHELL for RUN':
    'FROM base\nSHELL ["/bin/sh", "-e", "-c"]\nRUN echo $- > /flags; false || true\nSHELL ["/bin/busybox", "ash", "-c"]\nRUN echo $0 > /zero\n',
  'exec forms':
    'FROM base\nRUN ["/bin/sh", "-c", "echo \\"$0 $1\\" > /out", "a b", "$HOME"]\nRUN ["touch", "/a b"]\nCMD ["a", "b c", "\\u00fc"]\nENTRYPOINT ["/x"]\n',
  'no JSON is the shell form': "FROM base\nRUN [ 'x' = 'x' ] && echo yes > /yes\nENTRYPOINT ['/x']\n",
  'CMD and ENTRYPOINT in the shell form': 'FROM base\nCMD echo "$HOME"   x\nENTRYPOINT exec top -b\n',
  'config of the base': 'FROM configured\nENV B=$A LABELLED=1\nEXPOSE 2/udp\nLABEL m=n\nWORKDIR sub\n',
  'ENTRYPOINT drops the CMD of the base': 'FROM configured\nENTRYPOINT ["/other"]\n',
  'CMD keeps the ENTRYPOINT of the base': 'FROM configured\nCMD ["other"]\n',
  'ENTRYPOINT and CMD anew': 'FROM configured\nCMD ["other"]\nENTRYPOINT ["/other"]\n',
  EXPOSE: 'FROM base\nENV P=7000\nEXPOSE 80 443/tcp 53/udp $P\n',
  'HEALTHCHECK exec':
    'FROM base\nHEALTHCHECK --interval=1m30s --timeout=500ms --start-period=1h --retries=5 CMD ["curl", "-f", "x"]\n',
  'HEALTHCHECK over lines': 'FROM base\nHEALTHCHECK --interval=10s \\\n  CMD curl -f http://localhost/ || exit 1\n',
  'the last HEALTHCHECK counts': 'FROM base\nHEALTHCHECK CMD a\nHEALTHCHECK CMD b\n',
  'what stands before VOLUME stays':
    'FROM base\nRUN mkdir /data && echo x > /data/x\nVOLUME /data\nCOPY a.txt /data/\n',
  'triggers of the base': 'FROM triggers\nRUN ls / | grep -E "first|second|on" > /seen; pwd >> /seen\n',
  'triggers are handed on': 'FROM base\nONBUILD RUN echo hi\nONBUILD COPY --chown=1:2 . /app\nONBUILD CMD ["x"]\n',
  'COPY --from a stage by number, name and image':
    'FROM base AS one\nRUN mkdir /s && echo 1 > /s/1\nFROM scratch\nCOPY --from=0 /s /n\nCOPY --from=one /s/1 /name\nCOPY --from=configured /a.txt /image\n',
  'a stage from a stage from a stage':
    'FROM base AS a\nRUN echo a > /a\nFROM a AS b\nRUN cat /a > /b && rm /a\nFROM b\nRUN cat /b > /c\n',
  'modes of the context': 'FROM base\nCOPY modes /m\nCOPY --chown=bob modes /n\n',
  'links of the context': 'FROM base\nCOPY links /l\nCOPY links/up /u\nCOPY etc /e\n',
  'hard links stay links': 'FROM base\nCOPY hard /h\nRUN mkdir /r && echo x > /r/a && ln /r/a /r/b\n',
  'hard links between stages':
    'FROM base AS one\nRUN mkdir /r && echo x > /r/a && ln /r/a /r/b && ln -s a /r/c\nFROM scratch\nCOPY --from=one /r /s\n',
  'a destination that is a link':
    'FROM base\nCOPY a.txt /link/\nCOPY a.txt /link/x\nCOPY dir /homes/bob/\nCOPY b.txt /homes/bob/deeper/still/\n',
  'a file over a file with another mode and owner':
    'FROM base\nRUN echo old > /f && chmod 751 /f && chown 5:6 /f\nCOPY a.txt /f\n',
  'a directory over a directory keeps what is there':
    'FROM base\nRUN mkdir -p /d/sub && touch /d/kept && chmod 700 /d && chown 5:6 /d/sub\nCOPY dir /d\n',
  'owners of new parents': 'FROM base\nCOPY --chown=bob:staff a.txt /p/q/r/\nCOPY --chown=50:60 dir /s/t\n',
  'a user whose name is a number': 'FROM base\nCOPY --chown=42 a.txt /n\nCOPY --chown=9:staff b.txt /m\n',
  'xz archives': 'FROM base\nADD x.tar.xz /x/\n',
  'capabilities of archives, stages and copies of files':
    'FROM base AS one\nADD capable.tar /c/\nRUN echo more > /c/other && mv /c/capable /c/moved\nFROM base\nCOPY --from=one /c /d\n',
  'deleted and made again':
    'FROM base\nRUN mkdir /d && touch /d/1 /d/2\nRUN rm -r /d\nRUN mkdir /d && touch /d/3\nRUN rm /d/3 && ln -s /tmp /d/3\nCOPY a.txt /d/3/\n',
  'a directory becomes a file and back':
    'FROM base\nRUN mkdir -p /x/y\nRUN rm -r /x && echo f > /x\nRUN rm /x && mkdir /x && touch /x/z\n',
};

for (const [name, dockerfile] of Object.entries(DOCKERFILES)) {
  test(name, async () => {
    const [ours, theirs] = [await sandbox.build(dockerfile), await sandbox.buildWithBuildah(dockerfile)];
    const [our, their] = [describe(ours.rootfs), describe(theirs.rootfs)];
    assert.deepEqual([lacking(our, their), lacking(their, our)], [[], []]);
    assert.deepEqual({ WorkingDir: '/', ...ours.config }, { WorkingDir: '/', ...theirs.config });
  });
}

function lacking(lines: string[], other: string[]): string[] {
  const known = new Set(other);
  return lines.filter((line) => !known.has(line));
}

/** Neither builds these. */
const REFUSED: Record<string, [dockerfile: string, sentence: RegExp]> = {
  'a directory over a file': ['FROM base\nCOPY a.txt /f\nCOPY dir /f\n', /Dockerfile:3: COPY cannot write/],
  'a pattern that matches nothing': [
    'FROM base\nCOPY *.nope /d/\n',
    /Dockerfile:2: "\*.nope" is not in the build context/,
  ],
  'a source outside of the context': ['FROM base\nCOPY ../../etc/passwd /p\n', /is not in the build context/],
  'a user who is not there': ['FROM base\nCOPY --chown=nobody-here a.txt /p\n', /Dockerfile:2: .*nobody-here/],
  'RUN as a user who is not there': ['FROM base\nUSER nobody-here\nRUN true\n', /Dockerfile:3: .*nobody-here/],
};

for (const [name, [dockerfile, sentence]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(sandbox.build(dockerfile), sentence);
    await assert.rejects(sandbox.buildWithBuildah(dockerfile));
  });
}
