import * as z from 'zod';

import { formHints } from '../../formHints.ts';

const file = z.strictObject({
  name: z.string().describe('What the part of the body is called; expressions read it as `input.NAME`'),
  required: z.boolean().default(true).describe('Whether it has to be sent'),
  maxBytes: z.int().min(1).default(5_242_880).describe('A larger file is refused'),
  contentTypes: z
    .array(z.string())
    .default([])
    .describe('What it may be, such as `application/pdf` or `image/*`; anything when empty'),
});

/** How a request carries the input, where that is not JSON or the query of a GET. */
export const requestBody = {
  body: z
    .enum(['json', 'form', 'multipart', 'query'])
    .optional()
    .describe(
      'json: the body is JSON; form: it is a form; multipart: it is a form with files; query: there is none. When left out: json, and query for GET and DELETE',
    )
    .register(formHints, { group: 'Request' }),
  files: z
    .array(file)
    .default([])
    .describe('The files of a multipart body. Each is an object with name, type, size, text, base64 and dataUrl')
    .register(formHints, { group: 'Request' }),
};
