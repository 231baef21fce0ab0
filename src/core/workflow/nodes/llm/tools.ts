import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { cacheControlShape } from './cache.ts';
import { wholeSchema } from '../../jsonSchemaShape.ts';

const functionSchema = z.strictObject({
  name: z.string().describe('1 to 64 letters, digits, _ or -'),
  description: z.string().optional().describe('Tells the model when to call it'),
  parameters: wholeSchema.optional().describe('JSON Schema of the arguments'),
});

/** A function that is declared to the model, as `functions` or as `tools`. */
export type FunctionDeclaration = z.output<typeof functionSchema>;

const functionChoice = z.strictObject({ name: z.string() }).register(formHints, { title: 'This one' });

/** What the model may ask to be called. */
export const toolsShape = {
  functions: z
    .array(functionSchema)
    .default([])
    .describe('Functions that the model may ask to be called')
    .register(formHints, { group: 'Tools' }),
  functionCall: z
    .union([z.enum(['auto', 'none']), functionChoice])
    .optional()
    .describe('auto, none, or the function that must be called')
    .register(formHints, { group: 'Tools' }),
  tools: z
    .array(
      functionSchema.extend({
        strict: z.boolean().optional().describe('Arguments are held to the schema'),
        ...cacheControlShape,
      }),
    )
    .default([])
    .describe('What functions are called today; newer models take only these')
    .register(formHints, { group: 'Tools' }),
  toolChoice: z
    .union([z.enum(['auto', 'none', 'required']), functionChoice])
    .optional()
    .describe('auto, none, required, or the tool that must be called')
    .register(formHints, { group: 'Tools' }),
  parallelToolCalls: z
    .boolean()
    .optional()
    .describe('Whether one answer may ask for several calls; false by default where function_call leads to a step')
    .register(formHints, { group: 'Tools' }),
  callerTools: z
    .boolean()
    .optional()
    .describe('Lets the model call functions of a client that asks the workflow as a model; the client runs them')
    .register(formHints, { group: 'Tools' }),
  mcp: z
    .array(z.string())
    .default([])
    .describe('The MCP servers, of those in mcpServers of the file, whose tools the model may call')
    .register(formHints, { group: 'Tools', title: 'MCP servers' }),
  maxToolRounds: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe('How often the model may ask for connected tools before it has to answer')
    .register(formHints, { group: 'Tools' }),
};

/** Whether the model may ask for a call of a declared function instead of answering: there is then no text, and no JSON. */
export function mayAnswerWithCall({
  functions,
  tools,
}: {
  readonly functions: readonly FunctionDeclaration[];
  readonly tools: readonly FunctionDeclaration[];
}): boolean {
  return functions.length > 0 || tools.length > 0;
}
