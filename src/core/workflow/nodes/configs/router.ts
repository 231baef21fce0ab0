import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { accountShape } from '../llm/account.ts';
import { defineAnswering } from '../llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../llm/limits.ts';
import { conversationShape } from '../llm/messages.ts';
import { reasoningShape } from '../llm/reasoning.ts';
import { responseFormatShape } from '../llm/responseFormat.ts';
import { routedValues } from '../llm/result.ts';
import { routedBy, routesShape } from '../llm/routes.ts';
import { samplingShape } from '../llm/sampling.ts';
import { toolsShape } from '../llm/tools.ts';

const routes = [
  { provider: 'openai', model: 'gpt-5.4-mini' },
  { provider: 'anthropic', model: 'claude-haiku-5-5' },
];

export const llmRouter = defineAnswering({
  type: 'llmRouter',
  name: 'LLM Router',
  description: 'Route to different LLMs based on conditions',
  icon: 'GitBranch',
  color: 'bg-purple-500',
  defaultConfig: { strategy: 'balanced', routes, maxTokens: 4096 },
  configSchema: z.strictObject({
    ...routesShape,
    ...conversationShape,
    ...answerLimitShape,
    temperature: samplingShape.temperature,
    topP: samplingShape.topP,
    stop: samplingShape.stop,
    showReasoning: reasoningShape.showReasoning
      .describe('Stream what the model thinks')
      .register(formHints, { group: 'Reasoning' }),
    user: accountShape.user,
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
  }),
  newConfig: ({ text, messages }) => ({
    strategy: 'balanced',
    routes,
    ...(messages === undefined ? { prompt: text } : { messages }),
  }),
  summary: ({ strategy = 'balanced', routes: given }) => {
    const models = (Array.isArray(given) ? given : []).map((route: unknown) =>
      typeof route === 'object' && route !== null && 'model' in route ? String(route.model) : '…',
    );
    return typeof strategy === 'string' ? `${strategy}: ${models.join(', ')}` : undefined;
  },
  values: routedValues,
  routes: routedBy,
  // Who serves its routes decides about files besides its own.
  shared: ({ routes: given, fallback, mcp }) => [[...given, fallback].map((route) => route?.provider), mcp],
});
