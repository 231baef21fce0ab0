import * as z from 'zod';

import { azure } from '../../models/azure/azure.ts';
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

const defaultModel = 'gpt-5.4-mini';

export const azureOpenaiCompletion = defineCompletion({
  type: 'azureOpenaiCompletion',
  name: 'Azure OpenAI',
  description: "OpenAI's models as Azure deploys them; `model` is the name of the deployment",
  icon: 'Cloud',
  color: 'bg-purple-500',
  provider: azure,
  defaultConfig: { model: defaultModel, maxTokens: 4096 },
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
