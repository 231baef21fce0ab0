import * as z from 'zod';

import { reasoningEfforts } from '../../models/facts.ts';

/** How long a model thinks, and how much it then says. */
export const reasoningShape = {
  reasoningEffort: z.enum(reasoningEfforts).optional().describe('How long a reasoning model thinks'),
  verbosity: z.enum(['low', 'medium', 'high']).optional().describe('How much the model says'),
};
