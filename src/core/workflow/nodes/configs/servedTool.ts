import * as z from 'zod';

import { formHints } from '../../formHints.ts';

/** How a workflow is served to clients of MCP, as a tool. */
export const servedToolShape = {
  mcp: z
    .strictObject({
      tool: z.string().describe('The name of the tool').register(formHints, { isPrimary: true }),
      description: z
        .string()
        .optional()
        .describe('Tells models when to call it; the description of the workflow when left out')
        .register(formHints, { isLong: true }),
    })
    .optional()
    .describe('Serves the workflow to clients of MCP, as a tool of the server at /mcp')
    .register(formHints, { group: 'More' }),
};
