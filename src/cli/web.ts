// wbx web: a directory that any web server can serve: the page, and the box that it runs.
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBox } from '../box/inspect.ts';
import { openFile } from '../box/open-file.ts';
import { WbxError } from '../errors.ts';
import { parseRule } from '../runtime/net/rule.ts';
import type { NetworkPolicy } from '../runtime/policy.ts';
import { packageFile } from '../runtime/node/package-file.ts';
import { newCommand, runCommand } from './command.ts';

/** Made by tools/build-web.ts. */
const PAGE = fileURLToPath(packageFile('dist/site'));

export function main(args: string[]): Promise<number> {
  const command = newCommand(
    'web',
    'Write a static page that runs a box: a terminal, files, previews of its servers.',
    [
      'wbx web app.wasm -o site/',
      'python3 -m http.server -d site/',
      "wbx web app.wasm -o site/ --allow-net '*.example.org:80' --allow-net api.example.com:443",
      "wbx web app.wasm -o site/ --allow-net '*.debian.org' --relay wss://relay.example.org/",
    ],
  )
    .argument('<box>', 'a box file or a snapshot')
    .requiredOption('-o, --output <directory>', 'where the page goes')
    .option('--allow-net <rule>', 'let the box reach HOST[:PORT[-PORT]], by HTTP unless there is a relay', collect, [])
    .option('--deny-net <rule>', 'do not let it reach that, whatever is allowed', collect, [])
    .option('--relay <url>', 'the address of a "wbx relay", ws:// or wss://, that carries TCP')
    .action((box: string, { output, ...flags }: { output: string } & NetworkFlags) =>
      writePage(box, output, networkOf(flags)),
    );
  return runCommand(command, args);
}

interface NetworkFlags {
  allowNet: string[];
  denyNet: string[];
  relay?: string;
}

const collect = (word: string, before: string[]) => [...before, word];

/** Undefined when the box reaches nothing. */
function networkOf({ allowNet, denyNet, relay }: NetworkFlags): NetworkPolicy | undefined {
  for (const rule of [...allowNet, ...denyNet]) parseRule(rule);
  if (relay !== undefined && !/^wss?:\/\/[^/]/.test(relay)) {
    throw new WbxError('BAD_ARGUMENT', `--relay ${relay}: an address begins with ws:// or wss://`);
  }
  if (allowNet.length > 0) return { allow: allowNet, deny: denyNet, relay };
  if (relay !== undefined || denyNet.length > 0) {
    throw new WbxError('BAD_ARGUMENT', 'say what the box may reach: --allow-net RULE');
  }
  return undefined;
}

async function writePage(box: string, output: string, network: NetworkPolicy | undefined): Promise<void> {
  const file = openFile(box);
  await openBox(file, box);
  file.close();
  if (!existsSync(PAGE)) throw new WbxError('NOT_FOUND', 'this wbx was built without its page: run "npm run build"');
  mkdirSync(output, { recursive: true });
  for (const name of readdirSync(PAGE)) copyFileSync(join(PAGE, name), join(output, name));
  copyFileSync(box, join(output, 'box.wasm'));
  writeFileSync(join(output, 'config.json'), `${JSON.stringify({ network })}\n`);
}
