import * as z from 'zod';

import { templateNumber } from '../../expressions/templateSchema.ts';

/** How the model chooses its tokens, and where its answer ends. */
export const samplingShape = {
  temperature: templateNumber(z.number()).optional().describe('0 (focused) to 2 (random)'),
  topP: templateNumber(z.number()).optional().describe('Only the most likely tokens, up to this share: 0 to 1'),
  stop: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe('Up to four texts at which the answer ends'),
  seed: z.int().optional().describe('The same seed tends to give the same answer'),
  presencePenalty: z.number().optional().describe('-2 to 2: above 0, new topics are likelier'),
  frequencyPenalty: z.number().optional().describe('-2 to 2: above 0, repetition is less likely'),
  logprobs: z.boolean().optional().describe('Give the probabilities of the tokens along'),
  topLogprobs: z.int().min(0).max(20).optional().describe('How many alternatives to each token; needs logprobs'),
  logitBias: z.record(z.string(), z.number()).optional().describe('By token id: -100 (never) to 100 (always)'),
};
