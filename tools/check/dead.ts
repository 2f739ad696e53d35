// Exported functions, classes and types that no file names, their own apart from the declaration, are dead. Constants may
// complete a table of Linux, the CPU or WebAssembly.
import { report, sourceFiles } from './sources.ts';

const EXPORT = /^export (?:async |abstract )?(?:function\*?|class|interface|type) (\w+)/;

const files = sourceFiles(true);
const uses = new Map<string, number>();
for (const { lines } of files) {
  for (const [word] of lines.join('\n').matchAll(/\w+/g)) uses.set(word, (uses.get(word) ?? 0) + 1);
}
report(
  files.flatMap(({ path, lines }) =>
    lines.flatMap((line, i) => {
      const name = EXPORT.exec(line)?.[1];
      return name && uses.get(name) === 1 ? [`${path}:${i + 1}: nothing uses ${name}`] : [];
    }),
  ),
);
