import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** Which model a node asks. */
export function modelShape(defaultModel: string) {
  return {
    model: templateString
      .prefault(defaultModel)
      .describe('The name of the model')
      .register(formHints, { isPrimary: true, choices: 'models' }),
    baseModel: z
      .string()
      .optional()
      .describe('The model of the catalog that a deployment or an alias stands for; it is not sent')
      .register(formHints, { group: 'More', choices: 'models' }),
  };
}
