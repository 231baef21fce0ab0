import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { reasoningEfforts } from '../../models/facts.ts';

const reasoningFormats = ['hidden', 'raw', 'parsed'] as const;
export type ReasoningFormat = (typeof reasoningFormats)[number];

const showReasoning = z
  .boolean()
  .default(false)
  .describe('Stream what the model thinks; the Responses API is asked to sum it up')
  .register(formHints, { group: 'Reasoning' });

/** How a model of Groq's thinks, and where it shows that. */
export const groqReasoningShape = {
  reasoningEffort: z
    .enum(['none', 'default', 'low', 'medium', 'high'])
    .optional()
    .describe('How long a reasoning model thinks')
    .register(formHints, { group: 'Reasoning', allowed: 'reasoningEfforts' }),
  reasoningFormat: z
    .enum(reasoningFormats)
    .optional()
    .describe('Where a model shows what it thinks: nowhere, in its text, or beside it in reasoning')
    .register(formHints, { group: 'Reasoning' }),
  showReasoning,
};

/** How long a model thinks, whether a stream shows it, and how much the model then says. */
export const reasoningShape = {
  reasoningEffort: z
    .enum(reasoningEfforts)
    .optional()
    .describe('How long a reasoning model thinks')
    .register(formHints, { group: 'Reasoning', allowed: 'reasoningEfforts' }),
  showReasoning,
  verbosity: z
    .enum(['low', 'medium', 'high'])
    .optional()
    .describe('How much the model says')
    .register(formHints, { group: 'Answer', needs: 'verbosity' }),
};
