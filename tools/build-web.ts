// Bundles the page of `wbx web` into dist/site. esbuild, because it takes our TypeScript as it is, needs no plugins or settings,
// and is done in a fraction of a second.
import { copyFileSync } from 'node:fs';
import { build } from 'esbuild';

const OUT = 'dist/site';

await build({
  entryPoints: ['web/page.ts', 'web/worker.ts', 'web/preview.ts', 'web/page.css'],
  bundle: true,
  format: 'esm',
  target: ['chrome110', 'firefox114', 'safari16.4'],
  minify: true,
  legalComments: 'external',
  outdir: OUT,
  entryNames: '[name]',
});
copyFileSync('web/index.html', `${OUT}/index.html`);
