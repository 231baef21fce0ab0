import * as z from 'zod';

import { openai } from '../../models/openai/openai.ts';
import { accountShape } from '../llm/account.ts';
import { apiShape, extraShape } from '../llm/api.ts';
import { defineCompletion } from '../llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../llm/limits.ts';
import { conversationShape } from '../llm/messages.ts';
import { modelShape } from '../llm/model.ts';
import { reasoningShape } from '../llm/reasoning.ts';
import { responseFormatShape } from '../llm/responseFormat.ts';
import { samplingShape } from '../llm/sampling.ts';
import { speedShape } from '../llm/speed.ts';
import { toolsShape } from '../llm/tools.ts';

/** The node's own default; OpenAI retired it on 2026-03-26, which `check` says wherever it is used. */
const defaultModel = 'gpt-4-turbo-preview';

export const openaiCompletion = defineCompletion({
  type: 'openaiCompletion',
  name: 'OpenAI',
  description: 'OpenAI GPT completion with function calling',
  icon: 'Bot',
  color: 'bg-purple-500',
  provider: openai,
  defaultConfig: {
    model: defaultModel,
    maxTokens: 4096,
    temperature: 0.7,
    responseFormat: 'text',
    functions: [],
  },
  configSchema: z.strictObject({
    ...modelShape(defaultModel),
    ...conversationShape,
    ...answerLimitShape,
    ...samplingShape,
    ...accountShape,
    ...reasoningShape,
    ...speedShape,
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
    ...extraShape,
    ...apiShape,
  }),
});
