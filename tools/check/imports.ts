// Who may import whom: ARCHITECTURE.md as a test. A file is refused when its path matches the first expression of a row and
// one of its imports, as a path from the project's root, matches the second.
import { posix } from 'node:path';
import { report, type SourceFile, sourceFiles } from './sources.ts';

const FORBIDDEN: [importer: RegExp, imported: RegExp, why: string][] = [
  [/^abi\//, /^(?!abi\/)/, 'abi/ imports nothing: both code roots compile it'],
  [/^kernel\//, /^(src|tools|test)\/|^isa\/(?!ops\.gen)|^node:/, 'kernel/ imports abi/ and the numbers of operations'],
  [/^kernel\/cpu\//, /^kernel\/(?!cpu\/|mm\/|lib\/|wasi_snapshot_preview1\.ts)/, 'the CPU knows memory and lib/ only'],
  [/^kernel\/lib\//, /^kernel\/(?!lib\/|mm\/|wasi_snapshot_preview1\.ts)/, 'lib/ knows no part of the kernel'],
  [/^src\//, /^(kernel|tools|test)\//, 'src/ knows the kernel by abi/ only'],
  [
    /^src\/(dockerfile|image)\//,
    /^src\/(?!dockerfile\/|image\/|errors\.ts)/,
    'dockerfile and image know neither box nor runtime',
  ],
  [/^src\/box\//, /^src\/(build|runtime|cli|dockerfile)\//, 'a box knows its image, not who builds or runs it'],
  [/^src\/runtime\//, /^src\/(build|cli|dockerfile)\//, 'a runtime runs boxes, it does not build them'],
  [/^src\/runtime\/node\//, /^src\/runtime\/browser\//, 'runtimes never import each other'],
  [/^src\/runtime\/browser\//, /^src\/runtime\/node\/|^node:/, 'nothing of Node in a page'],
  [/^src\/runtime\/[^/]*\.ts$/, /^src\/runtime\/(node|browser)\/|^node:/, 'the portable runtime knows no host'],
  [
    /^src\/(library\/(?!node|build|browser)|snapshot\/)/,
    /^src\/runtime\/(node|browser)\/|^node:/,
    'the library and snapshots know no host; node.ts and browser.ts do',
  ],
  [/^src\/(?!cli\/)/, /^src\/cli\//, 'nothing imports the command line'],
];

/** Tests may reach further than what they test. */
const TEST = /\.test\.ts$/;
const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

function importsOf({ path, lines }: SourceFile): string[] {
  const specifiers = [...lines.join('\n').matchAll(IMPORT)].map(([, specifier]) => specifier);
  return specifiers.map((each) => (each.startsWith('.') ? posix.join(posix.dirname(path), each) : each));
}

const problems = sourceFiles()
  .filter(({ path }) => !TEST.test(path))
  .flatMap((file) =>
    importsOf(file).flatMap((imported) => {
      const broken = FORBIDDEN.filter(([from, to]) => from.test(file.path) && to.test(imported));
      return broken.map(([, , why]) => `${file.path} imports ${imported}: ${why}`);
    }),
  );
report(problems);
