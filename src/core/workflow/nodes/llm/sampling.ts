import * as z from 'zod';

import { templateNumber } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** Of a provider whose models know it. */
export const topKShape = {
  topK: z
    .int()
    .min(1)
    .optional()
    .describe('Only so many of the most likely tokens')
    .register(formHints, { group: 'Sampling' }),
};

/** How the model chooses its tokens, and where its answer ends. */
export const samplingShape = {
  temperature: templateNumber(z.number())
    .optional()
    .describe('0 (focused) to 2 (random)')
    .register(formHints, { group: 'Sampling', range: 'temperature' }),
  topP: templateNumber(z.number())
    .optional()
    .describe('Only the most likely tokens, up to this share: 0 to 1')
    .register(formHints, { group: 'Sampling', range: 'topP' }),
  stop: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Up to four texts at which the answer ends')
    .register(formHints, { group: 'Sampling', needs: 'stop' }),
  seed: z
    .int()
    .optional()
    .describe('The same seed tends to give the same answer')
    .register(formHints, { group: 'Sampling' }),
  presencePenalty: z
    .number()
    .optional()
    .describe('-2 to 2: above 0, new topics are likelier')
    .register(formHints, { group: 'Sampling', range: 'presencePenalty' }),
  frequencyPenalty: z
    .number()
    .optional()
    .describe('-2 to 2: above 0, repetition is less likely')
    .register(formHints, { group: 'Sampling', range: 'frequencyPenalty' }),
  logprobs: z
    .boolean()
    .optional()
    .describe('Give the probabilities of the tokens along')
    .register(formHints, { group: 'Sampling' }),
  topLogprobs: z
    .int()
    .min(0)
    .max(20)
    .optional()
    .describe('How many alternatives to each token; needs logprobs')
    .register(formHints, { group: 'Sampling' }),
  logitBias: z
    .record(z.string(), z.number())
    .optional()
    .describe('By token id: -100 (never) to 100 (always)')
    .register(formHints, { group: 'Sampling' }),
};
