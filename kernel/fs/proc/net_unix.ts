// /proc/net/unix: the sockets of AF_UNIX. unix(7).
import { SOCK_STREAM } from '../../../abi/linux/socket.ts';
import { SUN_PATH } from '../../../abi/linux/un.ts';
import { cstr } from '../../lib/bytes.ts';
import { Text } from '../../lib/fmt.ts';
import { sockets_first, STATE_CONNECTED, STATE_LISTENING, Socket } from '../../net/socket.ts';

/** __SO_ACCEPTCON. */
const ACCEPTS: u64 = 0x10000;
// States of socket(2): SS_UNCONNECTED, SS_CONNECTED.
const UNCONNECTED: u64 = 1;
const CONNECTED: u64 = 3;

export function proc_net_unix(text: Text): void {
  text.puts(cstr('Num       RefCount Protocol Flags    Type St Inode Path\n'));
  for (let s = sockets_first(); !s.isNull(); s = s.nextOfAll()) if (s.isUnix() && !s.dead) line(text, s);
}

function line(text: Text, s: Socket): void {
  const listening = s.state == STATE_LISTENING;
  text.puts(cstr('0000000000000000: ')).upper(s.type == SOCK_STREAM && s.state == STATE_CONNECTED ? 3 : 2, 8);
  text
    .puts(cstr(' 00000000 '))
    .upper(listening ? ACCEPTS : 0, 8)
    .char(0x20)
    .upper(s.type as u64, 4);
  text
    .char(0x20)
    .upper(s.state == STATE_CONNECTED ? CONNECTED : UNCONNECTED, 2)
    .char(0x20)
    .decw(s.ino as i64, 5);
  if (s.nameLen > (SUN_PATH as u32)) name(text.char(0x20), s);
  text.char(0x0a);
}

/** NULs of abstract names show as @. */
function name(text: Text, s: Socket): void {
  const abstract = !load<u8>(s.name, SUN_PATH);
  const len = s.nameLen - SUN_PATH - (abstract ? 0 : 1);
  for (let i: u32 = 0; i < len; i++) {
    const c = load<u8>(s.name + SUN_PATH + (i as usize)) as i32;
    text.char(c ? c : 0x40);
  }
}
