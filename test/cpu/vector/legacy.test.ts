// Vector instructions without VEX: see tests.ts.
import { testVectors } from './tests.ts';

await testVectors(({ mnemonic }) => !mnemonic.startsWith('V'));
