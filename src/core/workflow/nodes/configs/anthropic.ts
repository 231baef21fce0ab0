import * as z from 'zod';

import { templateNumber, templateString } from '../../expressions/templateSchema.ts';
import { formHints } from '../../formHints.ts';
import { anthropic } from '../../models/anthropic/anthropic.ts';
import { extraShape } from '../llm/api.ts';
import { cacheShape } from '../llm/cache.ts';
import { defineCompletion } from '../llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../llm/limits.ts';
import { conversationShape } from '../llm/messages.ts';
import { modelShape } from '../llm/model.ts';
import { reasoningShape } from '../llm/reasoning.ts';
import { responseFormatShape } from '../llm/responseFormat.ts';
import { samplingShape, topKShape } from '../llm/sampling.ts';
import { thinkingShape } from '../llm/thinking.ts';
import { toolsShape } from '../llm/tools.ts';

const defaultModel = 'claude-sonnet-5-5';

export const anthropicCompletion = defineCompletion({
  type: 'anthropicCompletion',
  name: 'Claude',
  description: 'Anthropic Claude completion with thinking, tools and prompt caching',
  icon: 'Brain',
  color: 'bg-purple-500',
  provider: anthropic,
  defaultConfig: { model: defaultModel, maxTokens: 4096, responseFormat: 'text', tools: [] },
  configSchema: z.strictObject({
    ...modelShape(defaultModel),
    ...conversationShape,
    ...answerLimitShape,
    temperature: templateNumber(z.number())
      .optional()
      .describe('0 (focused) to 1 (random); newer models take none')
      .register(formHints, { group: 'Sampling', range: 'temperature' }),
    topP: samplingShape.topP,
    ...topKShape,
    stop: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe('Texts at which the answer ends')
      .register(formHints, { group: 'Sampling', needs: 'stop' }),
    ...thinkingShape,
    showReasoning: reasoningShape.showReasoning
      .describe('Stream what the model thinks, summed up')
      .register(formHints, { group: 'Reasoning' }),
    ...cacheShape,
    user: templateString
      .optional()
      .describe('An identifier of your user that says nothing about who it is; sent as metadata.user_id')
      .register(formHints, { group: 'More' }),
    metadata: z
      .record(z.enum(['user_id']), templateString)
      .optional()
      .describe('The same by its wire name')
      .register(formHints, { group: 'More' }),
    serviceTier: z
      .enum(['auto', 'standard_only'])
      .optional()
      .describe('Whether the capacity that was bought for priority may be used')
      .register(formHints, { group: 'More' }),
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
    ...extraShape,
  }),
});
