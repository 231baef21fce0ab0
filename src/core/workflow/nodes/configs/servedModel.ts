import * as z from 'zod';

import { templateJson } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** How a workflow is served to clients of OpenAI's API, as a model. */
export const servedModelShape = {
  openai: z
    .strictObject({
      model: z.string().describe('What clients ask for as `model`').register(formHints, { isPrimary: true }),
      input: z
        .record(z.string(), templateJson)
        .optional()
        .describe(
          'What inputs are made of, where their names do not say: in expressions here, `input` is the request, with ' +
            '`text`, `messages`, `history`, `system`, `user`, `metadata` and `body`',
        ),
    })
    .optional()
    .describe('Serves the workflow to clients of OpenAI’s API, as a model')
    .register(formHints, { group: 'More' }),
};
