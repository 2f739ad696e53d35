// Integer instructions N to R translated: see tests.ts.
import { testTranslated } from './tests.ts';

testTranslated('integer', /^[N-R]/);
