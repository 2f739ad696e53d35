// x87 instructions translated: see tests.ts.
import { testTranslated } from './tests.ts';

testTranslated('x87', /^./);
