import * as z from 'zod';

import { workflowSchema } from './types.ts';

/**
 * The JSON Schema (2020-12) of workflow files, for editors that complete and check JSON.
 * It describes what a file may write: defaults may be left out. What a schema cannot say is for `check`.
 */
export function jsonSchemaOfWorkflow(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(workflowSchema, {
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema === workflowSchema) {
        jsonSchema.title = 'Catalyst workflow';
        jsonSchema.description = 'A graph of nodes that compiles to a Python/FastAPI service';
      }
    },
  });
}
