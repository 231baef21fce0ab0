import * as z from 'zod';

import { formHints } from '../../formHints.ts';
import { groq } from '../../models/groq/groq.ts';
import { accountShape } from '../llm/account.ts';
import { extraShape } from '../llm/api.ts';
import { defineCompletion } from '../llm/completion.ts';
import { answerLimitShape, callLimitShape } from '../llm/limits.ts';
import { conversationShape } from '../llm/messages.ts';
import { modelShape } from '../llm/model.ts';
import { groqReasoningShape } from '../llm/reasoning.ts';
import { responseFormatShape } from '../llm/responseFormat.ts';
import { samplingShape } from '../llm/sampling.ts';
import { toolsShape } from '../llm/tools.ts';

/** The node's own default; Groq retired it on 2025-01-24, which `check` says wherever it is used. */
const defaultModel = 'llama-3.1-70b-versatile';

const { temperature, topP, stop, seed } = samplingShape;
const { user } = accountShape;

export const groqCompletion = defineCompletion({
  type: 'groqCompletion',
  name: 'Groq',
  description: 'Ultra-fast inference with Llama and Mixtral',
  icon: 'Zap',
  color: 'bg-purple-500',
  provider: groq,
  defaultConfig: { model: defaultModel, maxTokens: 4096, temperature: 0.7 },
  configSchema: z.strictObject({
    ...modelShape(defaultModel),
    ...conversationShape,
    ...answerLimitShape,
    temperature,
    topP,
    stop,
    seed,
    user,
    serviceTier: z
      .enum(['auto', 'on_demand', 'flex', 'performance'])
      .optional()
      .describe('How the call is processed; flex is answered or refused at once')
      .register(formHints, { group: 'More' }),
    ...groqReasoningShape,
    ...responseFormatShape,
    ...toolsShape,
    ...callLimitShape,
    ...extraShape,
  }),
});
