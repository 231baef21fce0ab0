import * as z from 'zod';

import { templateString } from '../../expressions/templateSchema.ts';
import { defineNode } from '../definition.ts';

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
    expression: templateString.describe('One expression; false, null, 0, "", [] and {} count as false'),
  }),
  supportsStreaming: false,
  role: 'step',
  values: () => ({}),
  ways: () => [['true'], ['false']],
});
