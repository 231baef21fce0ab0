import * as z from 'zod';

import { templateJson } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** What the API takes and the config has no key for. */
export const extraShape = {
  extra: z
    .record(z.string(), templateJson)
    .optional()
    .describe('Further parameters of the API by their wire names')
    .register(formHints, { group: 'More' }),
};

/** For a provider with both APIs; without it, Chat Completions is called. */
export const apiShape = {
  api: z
    .enum(['chat', 'responses', 'auto'])
    .default('auto')
    .describe('The API that is called; auto: Chat Completions, Responses where the model needs it')
    .register(formHints, { group: 'More' }),
};
