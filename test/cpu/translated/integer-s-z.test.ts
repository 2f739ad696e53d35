// Integer instructions S to Z translated: see tests.ts.
import { testTranslated } from './tests.ts';

testTranslated('integer', /^[S-Z]/);
