import { ENXIO } from '../../../abi/linux/errno.ts';
import { ERR_PTR } from '../../lib/err.ts';
export function console_open(flags: u32): usize {
  return ERR_PTR(-ENXIO);
}
