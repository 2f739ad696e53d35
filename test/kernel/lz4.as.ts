// The kernel's LZ4 decoder, for lz4.test.ts.
import { lz4_decode } from '../../kernel/fs/image/lz4.ts';

export { lz4_decode };
