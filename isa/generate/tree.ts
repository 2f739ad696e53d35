// The decoding tree: opcode tables whose entries are leaves or groups, a group being one question and an entry per answer.
// An entry below 0x8000 is the number of a leaf, else 0x8000 + the place of the group.
import { leafOf, undefinedLeaf } from './leaf.ts';
import { type Condition, type Encoding, MAPS, PREFIX_NFX, QUESTIONS, type Question } from './parse.ts';

export const GROUP = 0x8000;
/** Order in which questions are asked; the numbers are what group headers hold. */
export const ORDER: Question[] = ['prefix', 'reg', 'mod', 'size', 'rm', 'rexR', 'rexB', 'l'];

export interface Tree {
  /** 256 entries per opcode map. */
  maps: number[][];
  groups: number[];
  leaves: number[][];
}

export function buildTree(encodings: Encoding[], number: (name: string) => number): Tree {
  const leaves = new Pool();
  const groups: number[] = [];
  const places = new Map<string, number>();
  leaves.add(undefinedLeaf(number));

  const build = (candidates: Encoding[], asked: Question[]): number => {
    if (candidates.length === 0) return 0;
    const question = ORDER.find((q) => !asked.includes(q) && candidates.some((c) => c.when[q] !== undefined));
    if (!question) return leaves.add(mostSpecific(candidates, (e) => leafOf(e, number)));
    const entries = Array.from({ length: QUESTIONS[question] }, (_, answer) =>
      build(
        candidates.filter((c) => fits(c.when, question, answer)),
        [...asked, question],
      ),
    );
    // A group that decides nothing is left out, unless it asks for ModRM: an undefined opcode still has that byte.
    if (entries.every((entry) => entry === entries[0]) && entries[0] !== 0) return entries[0];
    const group = [ORDER.indexOf(question), ...entries];
    const key = group.join();
    if (!places.has(key)) {
      places.set(key, groups.length);
      groups.push(...group);
    }
    return GROUP + places.get(key)!;
  };

  const maps = MAPS.map((_, map) =>
    Array.from({ length: 256 }, (_, opcode) =>
      build(
        encodings.filter((e) => e.map === map && opcode >= e.opcode && opcode < e.opcode + e.span),
        [],
      ),
    ),
  );
  return { maps, groups, leaves: leaves.items };
}

function fits(when: Condition, question: Question, answer: number): boolean {
  const wanted = when[question];
  if (question === 'prefix' && wanted === PREFIX_NFX) return answer < 2;
  return wanted === undefined || wanted === answer;
}

/** The leaf of the row with most conditions; rows with as many must agree. */
function mostSpecific(candidates: Encoding[], leaf: (encoding: Encoding) => number[]): number[] {
  const weight = (e: Encoding) => Object.keys(e.when).length;
  const most = Math.max(...candidates.map(weight));
  const [best, ...others] = candidates.filter((e) => weight(e) === most);
  for (const other of others) {
    if (leaf(other).join() !== leaf(best).join())
      throw new Error(`${best.row.join(' | ')}, ${other.row.join(' | ')} collide`);
  }
  return leaf(best);
}

/** Numbers distinct items in order of appearance. */
class Pool {
  readonly items: number[][] = [];
  private readonly index = new Map<string, number>();

  add(item: number[]): number {
    const key = item.join();
    const known = this.index.get(key);
    if (known !== undefined) return known;
    this.index.set(key, this.items.length);
    this.items.push(item);
    return this.items.length - 1;
  }
}
