// wbx web: a directory that any web server can serve: the page, and the box that it runs.
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBox } from '../box/inspect.ts';
import { openFile } from '../box/open-file.ts';
import { WbxError } from '../errors.ts';
import { packageFile } from '../runtime/node/package-file.ts';
import { newCommand, runCommand } from './command.ts';

/** Made by tools/build-web.ts. */
const PAGE = fileURLToPath(packageFile('dist/site'));

export function main(args: string[]): Promise<number> {
  const command = newCommand(
    'web',
    'Write a static page that runs a box: a terminal, files, previews of its servers.',
    ['wbx web app.wasm -o site/', 'python3 -m http.server -d site/'],
  )
    .argument('<box>', 'a box file or a snapshot')
    .requiredOption('-o, --output <directory>', 'where the page goes')
    .action((box: string, { output }: { output: string }) => writePage(box, output));
  return runCommand(command, args);
}

async function writePage(box: string, output: string): Promise<void> {
  const file = openFile(box);
  await openBox(file, box);
  file.close();
  if (!existsSync(PAGE)) throw new WbxError('NOT_FOUND', 'this wbx was built without its page: run "npm run build"');
  mkdirSync(output, { recursive: true });
  for (const name of readdirSync(PAGE)) copyFileSync(join(PAGE, name), join(output, name));
  copyFileSync(box, join(output, 'box.wasm'));
}
