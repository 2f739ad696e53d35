// Bundles the command line into dist/bin: a module a file would cost a short `wbx run` as much as the run itself.
// hot.cjs holds all that `wbx run BOX` loads, as one CommonJS file: Node then does not even start its loader of ES modules.
// What is loaded when it is needed becomes chunks beside it, which take the modules of hot.cjs from there.
// Invariant: every module exists once in a process, whichever of the files asks for it.
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const OUT = 'dist/bin';
/** What a run of a box starts from. */
const HOT = ['src/cli/wbx.ts', 'src/cli/run.ts'];
/** What a process or a thread starts with, by its name beside the chunks. */
const PROGRAMS = [
  { in: 'src/cli/box-process.ts', out: 'box-process' },
  { in: 'src/build/run-worker.ts', out: 'run-worker' },
];

const COMMON: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  legalComments: 'external',
  outdir: OUT,
  metafile: true,
};

const fromRoot = (path: string): string => relative('.', path);

/** Leaves `import()` of what is not hot alone, under the name that the target gets in dist/bin; collects the targets. */
function lazyImports(targets: Set<string>): Plugin {
  const setup: Plugin['setup'] = (esbuild) =>
    esbuild.onResolve({ filter: /^\./ }, ({ path, kind, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const target = fromRoot(resolve(resolveDir, path));
      if (HOT.includes(target)) return undefined;
      targets.add(target);
      return { path: `./${entryName(target)}.js`, external: true };
    });
  return { name: 'lazy imports', setup };
}

/** A module of hot.cjs, seen from a chunk: by `require`, since `import` would search the text of hot.cjs for its exports. */
function hotModules(exported: Map<string, string[]>): Plugin {
  const setup: Plugin['setup'] = (esbuild) =>
    esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const module = fromRoot(path);
      const names = exported.get(module);
      return names && { contents: `export const { ${names.join(', ')} } = hot['${module}'];`, loader: 'js' };
    });
  return { name: 'hot modules', setup };
}

function entryName(path: string): string {
  return path
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')
    .replaceAll('/', '-');
}

function entries(paths: Iterable<string>): { in: string; out: string }[] {
  return [...paths].map((path) => ({ in: path, out: entryName(path) }));
}

/** All modules that are there as soon as the HOT ones are, and what each exports. */
async function staticModules(): Promise<Map<string, string[]>> {
  const ignored = new Set<string>();
  const scan: BuildOptions = { ...COMMON, write: false, format: 'esm', plugins: [lazyImports(ignored)] };
  const { metafile } = await build({ ...scan, entryPoints: HOT });
  const modules = Object.keys(metafile!.inputs);
  const each = await build({ ...scan, entryPoints: entries(modules), splitting: true });
  return new Map(
    Object.values(each.metafile!.outputs).flatMap(({ entryPoint, exports }) =>
      entryPoint ? [[entryPoint, exports]] : [],
    ),
  );
}

async function main(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  const hot = await staticModules();
  const lazy = new Set<string>();
  await build({
    ...COMMON,
    format: 'cjs',
    stdin: {
      contents: [...hot.keys()].map((path) => `export * as ${JSON.stringify(path)} from './${path}';`).join('\n'),
      resolveDir: '.',
    },
    outExtension: { '.js': '.cjs' },
    entryNames: 'hot',
    define: { 'import.meta.url': 'moduleUrl' },
    banner: { js: 'const moduleUrl=require("node:url").pathToFileURL(__filename).href;' },
    plugins: [lazyImports(lazy)],
  });
  await build({
    ...COMMON,
    format: 'esm',
    splitting: true,
    entryPoints: [...entries(lazy), ...PROGRAMS],
    chunkNames: '[hash]',
    // `require` is also what commander asks for, which is CommonJS.
    banner: {
      js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url),hot=require('./hot.cjs');",
    },
    plugins: [hotModules(hot)],
  });
  writeFileSync(
    `${OUT}/wbx.cjs`,
    `#!/usr/bin/env node\nrequire('./hot.cjs')['src/cli/wbx.ts'].wbx(process.argv.slice(2));\n`,
  );
  chmodSync(`${OUT}/wbx.cjs`, 0o755);
}

await main();
