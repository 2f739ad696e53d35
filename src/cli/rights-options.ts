// What programs of a box may do beyond their user's rights: --cap-add, --cap-drop, --security-opt. Without these options root in a
// box has all capabilities there: they reach nothing outside of it.
import { WbxError } from '../errors.ts';
import type { BootOptions } from '../box/boot-block.ts';
import type { OptionTable, ParsedOptions } from './options.ts';

export const RIGHTS_OPTIONS: OptionTable = [
  ['cap-add', 'list'],
  ['cap-drop', 'list'],
  ['security-opt', 'list'],
];

export const RIGHTS_HELP = `      --cap-drop NAME, --cap-add NAME
                         capabilities such as NET_BIND_SERVICE, or ALL
      --security-opt no-new-privileges
                         set-user-ID programs give nothing
`;

/** By their bits: capabilities(7). */
const CAPABILITIES = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');
const ALL = (1n << BigInt(CAPABILITIES.length)) - 1n;

/** They ask for less than there is: a box has no such confinement. */
const HELD_ANYWAY = ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable', 'no-new-privileges=false'];

export function rightsOf(options: ParsedOptions): Pick<BootOptions, 'droppedCaps' | 'noNewPrivileges'> {
  const added = options.list('cap-add').map((name) => bitsOf('cap-add', name));
  const dropped = options.list('cap-drop').map((name) => bitsOf('cap-drop', name));
  // What is added by name stays when ALL are dropped, as in Docker.
  const any = (bits: bigint[]) => bits.filter((each) => each !== ALL).reduce((a, b) => a | b, 0n);
  const everything = dropped.includes(ALL) && !added.includes(ALL) ? ALL : 0n;
  return {
    droppedCaps: (everything & ~any(added)) | any(dropped),
    noNewPrivileges: options.list('security-opt').map(parseSecurity).includes(true),
  };
}

function bitsOf(option: string, text: string): bigint {
  const name = text.toUpperCase().replace(/^CAP_/, '');
  if (name === 'ALL') return ALL;
  const bit = CAPABILITIES.indexOf(name);
  if (bit < 0)
    throw new WbxError('BAD_ARGUMENT', `--${option} ${text}: there is no such capability; see capabilities(7)`);
  return 1n << BigInt(bit);
}

function parseSecurity(text: string): boolean {
  const name = text.replace(':', '=');
  if (name === 'no-new-privileges' || name === 'no-new-privileges=true') return true;
  if (HELD_ANYWAY.includes(name)) return false;
  throw new WbxError('BAD_ARGUMENT', `--security-opt ${text}: no-new-privileges is known`);
}
