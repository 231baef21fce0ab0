import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { reasoningEfforts } from '../../models/facts.ts';

/** How long a model thinks, whether a stream shows it, and how much the model then says. */
export const reasoningShape = {
  reasoningEffort: z
    .enum(reasoningEfforts)
    .optional()
    .describe('How long a reasoning model thinks')
    .register(formHints, { group: 'Reasoning', allowed: 'reasoningEfforts' }),
  showReasoning: z
    .boolean()
    .default(false)
    .describe('Stream what the model thinks; the Responses API is asked to sum it up')
    .register(formHints, { group: 'Reasoning' }),
  verbosity: z
    .enum(['low', 'medium', 'high'])
    .optional()
    .describe('How much the model says')
    .register(formHints, { group: 'Answer', needs: 'verbosity' }),
};
