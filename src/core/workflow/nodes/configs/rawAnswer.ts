import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';

/** How a `response` goes out when it is not the answer that workflows give otherwise. */
export const rawAnswer = {
  format: z
    .enum(['answer', 'json', 'text', 'stream', 'html', 'file', 'redirect'])
    .default('answer')
    .describe(
      'answer: output, usage and meta as JSON; json: the output alone; text: a text of any kind; stream: the text of models as it comes; html: a page, in which values of expressions are escaped; file: a file, whose content the output is in base64, or whose path in `folder` it is; redirect: the output is where to go on',
    )
    .register(formHints, { group: 'Answer' }),
  contentType: z
    .string()
    .optional()
    .describe('Of a text, JSON or a file: what it is, as in `text/csv; charset=utf-8`')
    .register(formHints, { group: 'Answer' }),
  folder: z
    .string()
    .optional()
    .describe(
      'Of a file: a variable of `env`, which the operator sets to a folder; the output is the path of the file there, such as `2026/{{ input.name }}.pdf`',
    )
    .register(formHints, { group: 'Answer' }),
  filename: templateString
    .optional()
    .describe('Of a file: what browsers save it as')
    .register(formHints, { group: 'Answer' }),
  inline: z
    .boolean()
    .default(false)
    .describe('Of a file: browsers show it and do not save it; nothing in it may run')
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
