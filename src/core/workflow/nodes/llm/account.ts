import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** On whose account a call goes, how it is processed, and what is kept of it. */
export const accountShape = {
  user: templateString
    .optional()
    .describe('An identifier of your user; safetyIdentifier follows it')
    .register(formHints, { group: 'More' }),
  safetyIdentifier: templateString
    .optional()
    .describe('A hash that stands for your user, for abuse reports')
    .register(formHints, { group: 'More' }),
  serviceTier: z
    .enum(['auto', 'default', 'flex', 'priority', 'scale'])
    .optional()
    .describe('How the call is processed')
    .register(formHints, { group: 'More' }),
  store: z
    .boolean()
    .optional()
    .describe('The provider keeps the answer for evaluation')
    .register(formHints, { group: 'More' }),
  metadata: z
    .record(z.string(), templateString)
    .optional()
    .describe('Up to 16 values that are kept with the answer')
    .register(formHints, { group: 'More' }),
};
