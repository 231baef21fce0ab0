import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';

/** What makes answers come faster. */
export const speedShape = {
  prediction: templateString.optional().describe('Text that the answer is likely to repeat, which makes it faster'),
  promptCacheKey: templateString.optional().describe('Calls with the same key share cached prompts'),
  promptCacheRetention: z.enum(['in_memory', '24h']).optional().describe('How long a cached prompt is kept'),
};
