// VEX-coded vector instructions: see tests.ts.
import { testVectors } from './tests.ts';

await testVectors(({ mnemonic }) => mnemonic.startsWith('V'));
