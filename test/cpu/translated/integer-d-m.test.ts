// Integer instructions D to M translated: see tests.ts.
import { testTranslated } from './tests.ts';

testTranslated('integer', /^[D-M]/);
