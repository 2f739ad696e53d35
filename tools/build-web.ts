// Bundles the page of `wbx web` into dist/site. esbuild, because it takes our TypeScript as it is, needs no plugins or settings,
// and is done in a fraction of a second.
import { copyFileSync, rmSync } from 'node:fs';
import { type BuildOptions, build } from 'esbuild';

const OUT = 'dist/site';

const COMMON: BuildOptions = {
  bundle: true,
  format: 'esm',
  target: ['chrome110', 'firefox114', 'safari16.4'],
  minify: true,
  legalComments: 'external',
  outdir: OUT,
  entryNames: '[name]',
};

rmSync(OUT, { recursive: true, force: true });
await build({ ...COMMON, entryPoints: ['web/page.ts', 'web/preview.ts', 'web/page.css'] });
// What a run of a box loads only when it is needed stays apart.
await build({ ...COMMON, entryPoints: ['web/worker.ts'], splitting: true, chunkNames: 'worker-[hash]' });
copyFileSync('web/index.html', `${OUT}/index.html`);
