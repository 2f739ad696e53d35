// Changes what a linked box starts with by itself into what its user says, as `docker run` would from the image's config.
import { WbxError } from '../errors.ts';
import type { User } from '../image/users.ts';
import type { BootOptions } from './boot-block.ts';
import type { ConfigOverrides } from './boot-config.ts';
import { mergeEnv } from './env.ts';
import type { MaybePromise } from './source.ts';

/** `userOf` looks a user up in the box's file system; it is called only when a user is named. */
export async function overrideBoot(
  boot: BootOptions,
  overrides: ConfigOverrides,
  userOf: (spec: string) => MaybePromise<User>,
): Promise<BootOptions> {
  const { command, entrypoint, env = [], workingDirectory, hostname = boot.hostname ?? 'box', tty } = overrides;
  const ownEntrypoint = boot.argv.slice(0, boot.commandIndex ?? 0);
  const ownCommand = entrypoint ? [] : boot.argv.slice(ownEntrypoint.length);
  const argv = [...(entrypoint ?? ownEntrypoint), ...(command ?? ownCommand)];
  if (argv.length === 0) throw new WbxError('BAD_ARGUMENT', 'the box names no command to run: give one');
  const user = overrides.user === undefined ? undefined : await userOf(overrides.user);
  const home = user ? [`HOME=${user.home}`] : [];
  const terminal = tty ? ['TERM=xterm'] : [];
  return {
    ...boot,
    ...(user && { uid: user.uid, gid: user.gid, groups: user.groups }),
    argv,
    commandIndex: (entrypoint ?? ownEntrypoint).length,
    env: mergeEnv([...terminal, ...(boot.env ?? []), `HOSTNAME=${hostname}`, ...home, ...env]),
    cwd: workingDirectory ?? boot.cwd,
    hostname,
  };
}
