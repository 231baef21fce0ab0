import * as z from 'zod';

import { defineCompletion } from '../../../src/core/workflow/nodes/llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../../../src/core/workflow/nodes/llm/limits.ts';
import { conversationShape } from '../../../src/core/workflow/nodes/llm/messages.ts';
import { modelShape } from '../../../src/core/workflow/nodes/llm/model.ts';
import { responseFormatShape } from '../../../src/core/workflow/nodes/llm/responseFormat.ts';
import { samplingShape } from '../../../src/core/workflow/nodes/llm/sampling.ts';
import { toolsShape } from '../../../src/core/workflow/nodes/llm/tools.ts';
import { grove } from './models.ts';

/** A node with what its provider takes of the shared config, and one key of its own. */
export const groveCompletion = defineCompletion({
  type: 'groveCompletion',
  name: 'Grove',
  description: 'Grove completion',
  icon: 'Bot',
  color: 'bg-green-500',
  provider: grove,
  defaultConfig: { model: 'oak-2', prompt: '{{ input.message }}' },
  configSchema: z.strictObject({
    ...modelShape('oak-2'),
    ...conversationShape,
    ...answerLimitShape,
    ...samplingShape,
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
    rings: z.int().optional().describe('How old the answer may be'),
  }),
});
