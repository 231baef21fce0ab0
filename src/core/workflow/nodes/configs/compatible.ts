import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { compatibleProvider, knownServers } from '../../models/compatible/compatible.ts';
import { accountShape } from '../llm/account.ts';
import { extraShape } from '../llm/api.ts';
import { defineCompletion } from '../llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../llm/limits.ts';
import { conversationShape } from '../llm/messages.ts';
import { modelShape } from '../llm/model.ts';
import { reasoningShape } from '../llm/reasoning.ts';
import { responseFormatShape } from '../llm/responseFormat.ts';
import { samplingShape } from '../llm/sampling.ts';
import { toolsShape } from '../llm/tools.ts';

const defaultModel = 'qwen3';
const { user, serviceTier } = accountShape;
const { reasoningEffort, showReasoning } = reasoningShape;

export const compatibleCompletion = defineCompletion({
  type: 'compatibleCompletion',
  name: 'Compatible server',
  description: 'Any server that speaks Chat Completions: Gemini, OpenRouter, DeepSeek, Mistral, xAI, Ollama, vLLM',
  icon: 'Plug',
  color: 'bg-purple-500',
  provider: compatibleProvider(undefined),
  providerFor: ({ provider }) => compatibleProvider(provider),
  furtherProviders: knownServers,
  defaultConfig: { provider: 'ollama', model: defaultModel },
  configSchema: z.strictObject({
    provider: z
      .string()
      .describe(
        `${knownServers.map(({ id }) => id).join(', ')}, or a name of your own, whose address and key are in NAME_BASE_URL and NAME_API_KEY`,
      )
      .register(formHints, { isPrimary: true, choices: 'servers' }),
    ...modelShape(defaultModel),
    ...conversationShape,
    ...answerLimitShape,
    ...samplingShape,
    user,
    serviceTier,
    reasoningEffort,
    showReasoning,
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
    ...extraShape,
  }),
});
