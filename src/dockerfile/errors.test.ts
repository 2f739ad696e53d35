// What is wrong in a Dockerfile is told in one sentence with the line it stands in.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WbxError } from '../errors.ts';
import { parseDockerfile } from './parse.ts';
import { parseStages } from './stages.ts';

const CASES: [text: string, sentence: string][] = [
  ['', '1: the file has no instructions; it must start with FROM'],
  ['FROM a\nRUNN x', '2: unknown instruction "RUNN"; did you mean RUN?'],
  [
    'FROM a\n\n# c\nfoobarbaz x',
    '4: unknown instruction "foobarbaz"; an instruction starts with one of FROM, RUN, COPY, ENV and so on',
  ],
  ['RUN x\nFROM a', '1: RUN stands before the first FROM; only ARG may'],
  ['ARG a', '1: there is no FROM; a build needs one, for example FROM scratch'],
  ['FROM', '1: FROM needs an argument'],
  ['FROM a b', '1: FROM takes an image and, if wanted, a name for the stage, as in FROM a AS build'],
  ['FROM a AS 1x', '1: "1x" cannot name a stage; use a letter, then letters, digits, "_", "-" and "."'],
  ['FROM a AS x\nFROM b AS X', '2: there is already a stage "x"; give this one another name'],
  ['FROM a\nCOPY x', '2: COPY needs a source and a destination, as in COPY file /dir/'],
  [
    'FROM a\nCOPY --chwon=1 a b',
    '2: COPY has no flag --chwon; it takes --chmod, --chown, --exclude, --from, --link, --parents',
  ],
  ['FROM a\nCOPY --from a b', '2: COPY --from needs a value, as in --from=...'],
  ['FROM a\nRUN --mount=type=cache y', '2: RUN --mount=type=cache needs a target, as in target=/path'],
  [
    'FROM a\nRUN --mount=type=tmpfs,target=/x,id=1 y',
    '2: RUN --mount=type=tmpfs has no option "id"; it takes target, size',
  ],
  [
    'FROM a\nRUN --mount=type=volume,target=/x y',
    '2: RUN --mount=type=volume is unknown; it can be bind, cache, secret, ssh, tmpfs',
  ],
  ['FROM a\nRUN --mount=target=/x,rw=maybe y', '2: the option rw is true or false, not "maybe"'],
  ['FROM a\nRUN --network=host y', '2: RUN --network=host is not supported; it can be default or none'],
  ['FROM a\nRUN --security=insecure y', '2: RUN --security=insecure is not supported; it can be sandbox'],
  ['FROM a\nUSER --x=y z', '2: USER takes no flags; remove --x'],
  ['FROM a\nRUN <<EOF\nx', '2: the here-document <<EOF has no end; add a line "EOF"'],
  ['FROM a\nENV x', '2: ENV x has no value; write ENV x=value'],
  ['FROM a\nENV a=1 b', '2: ENV cannot read "b"; write name=value'],
  ['FROM a\nLABEL =1', '2: LABEL has a value without a name, "=1"'],
  ['FROM a\nARG 1x', '2: ARG "1x" is no name of a variable'],
  ['FROM a\nSHELL /bin/sh', '2: SHELL needs a JSON array, as in SHELL ["/bin/bash", "-c"]'],
  ['FROM a\nONBUILD FROM b', '2: ONBUILD cannot hold FROM'],
  [
    'FROM a\nHEALTHCHECK x',
    '2: HEALTHCHECK needs NONE or CMD and a command, as in HEALTHCHECK CMD curl -f http://localhost/',
  ],
  [
    'FROM a\nHEALTHCHECK --interval=5 CMD x',
    '2: HEALTHCHECK --interval needs a duration such as 30s or 1m30s, not "5"',
  ],
  ['# escape=x\nFROM a', '1: the escape directive takes \\ or `, not "x"'],
];

for (const [text, sentence] of CASES) {
  test(sentence, () => {
    const expected = new WbxError('BAD_DOCKERFILE', `Dockerfile:${sentence}`);
    assert.throws(() => parseStages(parseDockerfile(text)), { code: expected.code, message: expected.message });
  });
}
