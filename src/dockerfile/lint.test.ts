// Each rule of lint.ts: a Dockerfile that breaks it, in the line that is told, and one that does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from './lint.ts';
import { parseDockerfile } from './parse.ts';
import { parseStages } from './stages.ts';

function warnings(text: string): string[] {
  const dockerfile = parseDockerfile(text);
  return lint(dockerfile, parseStages(dockerfile)).map(({ rule, line }) => `${line} ${rule}`);
}

const CASES: [bad: string, told: string[], good: string][] = [
  ['FROM a as b', ['1 FromAsCasing'], 'from a as b'],
  ['FROM a AS Build', ['1 StageNameCasing'], 'FROM a AS build'],
  ['FROM a AS scratch', ['1 ReservedStageName'], 'FROM a AS scratch2'],
  ['FROM a\nCMD x y', ['2 JSONArgsRecommended'], 'FROM a\nSHELL ["/bin/bash", "-c"]\nCMD x y'],
  ['FROM a\nENTRYPOINT x', ['2 JSONArgsRecommended'], 'FROM a\nENTRYPOINT ["x"]'],
  ['FROM a\nMAINTAINER me', ['2 MaintainerDeprecated'], 'FROM a\nLABEL org.opencontainers.image.authors=me'],
  ['FROM scratch\nCOPY $X /', ['2 UndefinedVar'], 'FROM scratch\nARG X\nCOPY $X /'],
  ['FROM scratch AS a\nENV X=1\nFROM a\nENV Z=$Y$X', ['4 UndefinedVar'], 'FROM base\nENV Z=$Y'],
  ['FROM scratch\nENV A=$B', ['2 UndefinedVar'], "FROM scratch\nENV A=${B:-x} C='$D' E=\\$F G=$PATH"],
  ['FROM $X', ['1 UndefinedArgInFrom'], 'ARG X=1\nFROM $X'],
  ['FROM a\nrun x\nRUN y', ['2 ConsistentInstructionCasing'], 'from a\nrun x\nrun y'],
  ['FROM a\nCMD ["x"]\nCMD ["y"]', ['3 MultipleInstructionsDisallowed'], 'FROM a AS b\nCMD ["x"]\nFROM b\nCMD ["y"]'],
  ['FROM a\nRUN x \\\n\n  y', ['3 NoEmptyContinuation'], 'FROM a\nRUN x \\\n  # comment\n  y'],
  ['FROM a\nWORKDIR x', ['2 WorkdirRelativePath'], 'FROM a\nWORKDIR /x\nWORKDIR y'],
  ['FROM a\nENV x y', ['2 LegacyKeyValueFormat'], 'FROM a\nENV x=y z="a b"'],
  ['FROM --platform=$TARGETPLATFORM a', ['1 RedundantTargetPlatform'], 'FROM --platform=$BUILDPLATFORM a'],
  ['FROM a\nARG API_TOKEN', ['2 SecretsUsedInArgOrEnv'], 'FROM a\nARG PUBLIC_KEY TOKENS'],
];

for (const [bad, told, good] of CASES) {
  test(told.join(), () => {
    assert.deepEqual(warnings(bad), told);
    assert.deepEqual(warnings(good), []);
  });
}

test('the directive check skips rules, or makes errors of them', () => {
  assert.deepEqual(warnings('# check=skip=JSONArgsRecommended\nFROM a\nCMD x\nMAINTAINER y'), [
    '4 MaintainerDeprecated',
  ]);
  assert.deepEqual(warnings('# check=skip=all\nFROM a\nCMD x\nMAINTAINER y'), []);
  assert.throws(() => warnings('# check=error=true\nFROM a\nCMD x'), {
    code: 'BAD_DOCKERFILE',
    message: /^Dockerfile:3: JSONArgsRecommended: CMD in the shell form/,
  });
});
