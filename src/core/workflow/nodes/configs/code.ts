import * as z from 'zod';

import { templateJson } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { unknownSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

const newCode = 'def run(text: str) -> str:\n    """Gives the text back in upper case."""\n    return text.upper()\n';

export const pythonFunction = defineNode({
  type: 'pythonFunction',
  category: 'code',
  name: 'Python Function',
  description: 'Calls a Python function of yours with typed arguments',
  icon: 'Code',
  color: 'bg-blue-600',
  inputs: [
    { id: 'input', name: 'Input', type: 'default' },
    { id: 'tool', name: 'Tool', type: 'default', offers: 'tool' },
  ],
  outputs: [{ id: 'output', name: 'Result', type: 'default' }],
  defaultConfig: {
    function: 'run',
    code: newCode,
    args: { text: '{{ input.message }}' },
  },
  configSchema: z.strictObject({
    function: z
      .string()
      .describe('The name of the function')
      .register(formHints, { isPrimary: true, choices: 'functions' }),
    file: z
      .string()
      .optional()
      .describe('The Python file that has it, below the folder of the workflow file')
      .register(formHints, { title: 'Python file', isPrimary: true, insteadOf: 'code', choices: 'pythonFiles' }),
    code: z
      .string()
      .optional()
      .describe("The module's text, instead of a file")
      .register(formHints, { isPrimary: true, insteadOf: 'file', editor: 'python', from: () => newCode }),
    args: z
      .record(z.string(), templateJson)
      .default({})
      .describe("Maps the function's parameters to values; empty for a tool, which the model calls")
      .register(formHints, { title: 'Arguments', isPrimary: true, keys: 'parameters' }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'step',
  newConfig: ({ text, isTool }) => ({ function: 'run', code: newCode, ...(!isTool && { args: { text } }) }),
  summary: ({ function: name, file }) => (typeof file === 'string' ? `${asText(name)} in ${file}` : asText(name)),
  role: 'step',
  values: () => ({ output: unknownSchema }),
  shared: ({ function: name, file, code }) => [name, file, code],
});
