// wbx port: where the published ports of a box can be reached.
import { Boxes } from '../runtime/node/boxes/boxes.ts';
import { WbxError } from '../errors.ts';
import { newCommand, runCommand } from './command.ts';
import { hostPlace, portName } from './published-ports.ts';

export function main(args: string[]): Promise<number> {
  const command = newCommand('port', 'Show the published ports of a box.', ['wbx port web', 'wbx port web 80'])
    .argument('<box>', 'name or id')
    .argument('[port]', 'PORT[/udp]')
    .action((name: string, wanted: string | undefined) => {
      const { ports } = new Boxes().find(name).state;
      if (wanted === undefined) for (const each of ports) console.log(`${portName(each)} -> ${hostPlace(each)}`);
      else {
        const full = wanted.includes('/') ? wanted : `${wanted}/tcp`;
        const hits = ports.filter((each) => portName(each) === full);
        if (hits.length === 0) throw new WbxError('NOT_FOUND', `no public port '${full}' published for ${name}`);
        for (const each of hits) console.log(hostPlace(each));
      }
    });
  return runCommand(command, args);
}
