import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** How a `response` goes out when it is not the answer that workflows give otherwise. */
export const rawAnswer = {
  format: z
    .enum(['answer', 'json', 'text', 'html', 'redirect'])
    .default('answer')
    .describe(
      'answer: output, usage and meta as JSON; json: the output alone; text: a text of any kind; html: a page, in which values of expressions are escaped; redirect: the output is where to go on',
    )
    .register(formHints, { group: 'Answer' }),
  contentType: z
    .string()
    .optional()
    .describe('Of a text or JSON: what it is, as in `text/csv; charset=utf-8`')
    .register(formHints, { group: 'Answer' }),
  escape: z
    .boolean()
    .default(true)
    .describe('Of a page: whether values of expressions are escaped; without, they are HTML themselves')
    .register(formHints, { group: 'Answer' }),
  headers: z
    .record(z.string(), templateString)
    .default({})
    .describe('Headers of an answer that is no `answer`')
    .register(formHints, { group: 'Answer' }),
  hosts: z
    .array(z.string())
    .default([])
    .describe('Of a redirect: the hosts that it may lead to, besides paths of the service itself')
    .register(formHints, { group: 'Answer' }),
};
