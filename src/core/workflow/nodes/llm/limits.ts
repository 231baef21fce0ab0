import * as z from 'zod';

import { templateNumber } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** How long the answer may be. */
export const answerLimitShape = {
  maxTokens: templateNumber(z.int().min(1))
    .optional()
    .describe('The most tokens the answer may have')
    .register(formHints, { group: 'Answer', isPrimary: true, most: 'maxOutput' }),
};

const seconds = z.number().positive();

/** How long a call may take, and how often it is tried. */
export const callLimitShape = {
  timeout: z
    .union([
      z.number().positive().register(formHints, { title: 'The whole call' }),
      z
        .strictObject({
          connect: seconds.optional(),
          firstByte: seconds.optional(),
          idle: seconds.optional(),
          total: seconds.optional(),
        })
        .register(formHints, { title: 'Its phases' }),
    ])
    .optional()
    .describe('Seconds for the whole call, or for its phases')
    .register(formHints, { group: 'Limits' }),
  maxRetries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe('How often a call that failed is tried again')
    .register(formHints, { group: 'Limits' }),
};
