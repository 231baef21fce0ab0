import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';

/** A JSON schema that the answer has to fit; source: https://platform.openai.com/docs/guides/structured-outputs */
const jsonSchemaFormat = z.strictObject({
  type: z.literal('json_schema'),
  name: z.string().default('answer').describe('1 to 64 letters, digits, _ or -'),
  schema: wholeSchema.describe('JSON Schema of the answer').register(formHints, { isPrimary: true }),
  strict: z
    .boolean()
    .optional()
    .describe('The model is held to the schema, which then has to be a strict one; left out: where it can be'),
});

/** The form of the answer. */
export const responseFormatShape = {
  responseFormat: z
    .union([z.enum(['text', 'json_object']), jsonSchemaFormat])
    .default('text')
    .describe('json_object: the answer is JSON, some message must say so; json_schema: it fits a schema')
    .register(formHints, { group: 'Answer', isPrimary: true }),
};
