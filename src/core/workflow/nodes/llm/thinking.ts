import * as z from 'zod';

import { formHints } from '../../formHints.ts';

/** Of a provider whose models can be told whether and how they think. */
export const thinkingShape = {
  thinking: z
    .union([
      z.enum(['adaptive', 'off']),
      z
        .strictObject({ budgetTokens: z.int().min(1_024).describe('The most tokens it thinks; fewer than maxTokens') })
        .register(formHints, { title: 'Up to a budget' }),
    ])
    .optional()
    .describe('Whether the model thinks before it answers; left out: as the model does unasked')
    .register(formHints, { group: 'Reasoning' }),
  effort: z
    .enum(['low', 'medium', 'high', 'xhigh', 'max'])
    .optional()
    .describe('How much the model does for its answer')
    .register(formHints, { group: 'Reasoning', allowed: 'reasoningEfforts' }),
};
