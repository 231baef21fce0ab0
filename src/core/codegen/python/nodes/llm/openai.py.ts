import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const module = 'app.nodes.llm.openai';

/** OpenAI's node: what it calls in the runtime. */
export const openaiCompletion: NodeCodeGenerator<'openaiCompletion'> = completionGenerator({
  complete: py.imported(module, 'complete'),
  request: py.imported(module, 'OpenAIConfig'),
  answer: py.imported(module, 'OpenAICompletion'),
  provider: {
    constant: py.imported('app.llm.parts', 'OPENAI'),
    make: py.imported('app.llm.providers.openai', 'openai'),
    models: py.imported('app.llm.providers.openai_models', 'MODELS'),
    byHand: { execute: py.imported(module, 'execute_openai_completion'), model: 'gpt-5.4-mini' },
  },
});
