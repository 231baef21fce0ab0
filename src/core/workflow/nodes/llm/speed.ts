import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** What makes answers come faster. */
export const speedShape = {
  prediction: templateString
    .optional()
    .describe('Text that the answer is likely to repeat, which makes it faster')
    .register(formHints, { group: 'More' }),
  promptCacheKey: templateString
    .optional()
    .describe('Calls with the same key share cached prompts')
    .register(formHints, { group: 'More' }),
  promptCacheRetention: z
    .enum(['in_memory', '24h'])
    .optional()
    .describe('How long a cached prompt is kept')
    .register(formHints, { group: 'More' }),
};
