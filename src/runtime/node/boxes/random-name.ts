// Names for boxes that were given none: two words, 1,024 pairs, then a number when one is taken.
import { randomInt } from 'node:crypto';

const HOW =
  'able bold brave bright calm clever cool eager easy fair fast fine fresh gentle glad good happy keen kind light lucky neat nice proud quick quiet sharp smart sunny swift warm wise'.split(
    ' ',
  );
const WHAT =
  'badger beaver bee bison crane deer dove duck eagle finch fox frog hare hawk heron horse lark lion lynx mole otter owl panda raven robin seal stork swan tern tiger whale wolf'.split(
    ' ',
  );

export function randomName(): string {
  const word = (words: string[]) => words[randomInt(words.length)];
  return `${word(HOW)}_${word(WHAT)}_${randomInt(10_000)}`;
}
