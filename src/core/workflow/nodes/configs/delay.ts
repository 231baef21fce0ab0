import * as z from 'zod';

import { templateNumber } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { defineNode } from '../definition.ts';
import { asText } from '../summary.ts';

export const delay = defineNode({
  type: 'delay',
  category: 'logic',
  name: 'Delay',
  description: 'Waits before the run goes on',
  icon: 'Timer',
  color: 'bg-amber-500',
  inputs: [{ id: 'input', name: 'Input', type: 'default' }],
  outputs: [{ id: 'output', name: 'Output', type: 'default' }],
  defaultConfig: { seconds: 1 },
  configSchema: z.strictObject({
    seconds: templateNumber(z.number().min(0).max(31_622_400))
      .describe('How long, in seconds: a number, or one expression')
      .register(formHints, { isPrimary: true }),
  }),
  awaits: true,
  supportsStreaming: false,
  newId: 'wait',
  summary: ({ seconds }) => (typeof seconds === 'number' ? `${seconds} s` : asText(seconds)),
  role: 'step',
  values: () => ({}),
  shared: () => undefined,
});
