// Integer instructions A to C translated: see tests.ts.
import { testTranslated } from './tests.ts';

testTranslated('integer', /^[A-C]/);
