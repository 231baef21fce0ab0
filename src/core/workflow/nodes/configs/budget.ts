import * as z from 'zod';

import { formHints } from '../../formHints.ts';

/** The budget of a run, at triggers. */
export const budgetField = z
  .strictObject({
    maxCostUsd: z.number().positive().optional().describe('The most that the model calls of a run may cost, in USD'),
    maxTokens: z.int().positive().optional().describe('The most tokens that the model calls of a run may use'),
  })
  .optional()
  .describe('Stops a run before the next model call once it is spent')
  .register(formHints, { group: 'Limits' });
