// Text for the host's stderr: --strace and --trace. Nobody waits for it.
import { RING_STREAM_TRACE, RING_WRITE } from '../../abi/host.ts';
import { Text } from '../lib/fmt.ts';
import { kfree } from '../lib/slab.ts';
import { ring_post } from './ring.ts';

/** Sends the text, which is gone afterwards. */
export function trace_write(text: Text): void {
  ring_post(RING_WRITE, RING_STREAM_TRACE, text.ptr, text.len);
  kfree(changetype<usize>(text));
}
