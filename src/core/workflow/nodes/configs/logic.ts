import * as z from 'zod';

import { shownBy } from '../../expressions/shown.ts';
import { templateJson, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { unknownSchema } from '../../jsonSchema.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

export const condition = defineNode({
  type: 'condition',
  category: 'logic',
  name: 'Condition',
  description: 'Goes on along true or false',
  icon: 'GitBranch',
  color: 'bg-amber-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [
    { id: 'true', name: 'True', type: 'conditional' },
    { id: 'false', name: 'False', type: 'conditional' },
  ],
  defaultConfig: { expression: '{{ true }}' },
  configSchema: z.strictObject({
    expression: templateString
      .describe('One expression; false, null, 0, "", [] and {} count as false')
      .register(formHints, { isPrimary: true }),
  }),
  awaits: false,
  supportsStreaming: false,
  newId: 'decide',
  summary: ({ expression }) => asText(expression).replace(/^\{\{\s*(.*?)\s*\}\}$/s, '$1'),
  role: 'step',
  values: () => ({}),
  shared: ({ expression: { single } }) => single && [true, false].map((holds) => shownBy(single, holds)),
  ways: () => [['true'], ['false']],
});

export const subWorkflow = defineNode({
  type: 'subWorkflow',
  category: 'logic',
  name: 'Workflow',
  description: 'Runs another workflow as a step, or offers it to a model as a tool',
  icon: 'Workflow',
  color: 'bg-teal-600',
  inputs: [
    { id: 'input', name: 'Input', type: 'default' },
    { id: 'tool', name: 'Tool', type: 'default', offers: 'tool' },
  ],
  outputs: [
    { id: 'output', name: 'Result', type: 'default' },
    { id: 'stream', name: 'Stream', type: 'stream' },
  ],
  defaultConfig: { file: 'other.workflow.json', args: { message: '{{ input.message }}' } },
  configSchema: z.strictObject({
    file: z
      .string()
      .describe('The workflow file, below the folder of this one')
      .register(formHints, { title: 'Workflow file', isPrimary: true, choices: 'workflowFiles' }),
    args: z
      .record(z.string(), templateJson)
      .default({})
      .describe("Maps the fields of that workflow's input to values; empty for a tool, which the model calls")
      .register(formHints, { title: 'Arguments', isPrimary: true, keys: 'parameters' }),
  }),
  awaits: true,
  supportsStreaming: true,
  newId: 'call',
  newConfig: ({ text, isTool }) => ({ file: 'other.workflow.json', ...(!isTool && { args: { message: text } }) }),
  summary: ({ file }) => asText(file),
  calledFile: ({ file }) => (typeof file === 'string' ? file : undefined),
  role: 'step',
  // What the called file answers is known only to who has read it: `outputTypes` adds it.
  values: () => ({ output: unknownSchema }),
  shared: ({ file }) => file,
});
