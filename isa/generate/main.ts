// All products of the instruction tables; run by tools/generate.ts.
import { ENCODINGS } from '../encodings.ts';
import { decoderText } from './decoder.ts';
import { docsText } from './docs.ts';
import { numberOps, opsText } from './ops.ts';
import { shapesText } from './shapes.ts';
import { buildTree } from './tree.ts';

export function generate(): { path: string; text: string }[] {
  const numbering = numberOps(ENCODINGS);
  const tree = buildTree(ENCODINGS, (name) => numbering.names.indexOf(name));
  return [
    { path: 'isa/ops.gen.ts', text: opsText(numbering) },
    { path: 'docs/INSTRUCTIONS.md', text: docsText(ENCODINGS) },
    { path: 'kernel/cpu/decode.gen.ts', text: decoderText(tree) },
    { path: 'kernel/cpu/avx/shapes.gen.ts', text: shapesText(ENCODINGS, numbering) },
  ];
}
