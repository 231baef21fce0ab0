import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const module = 'app.nodes.llm.groq';

/** Groq's node: what it calls in the runtime. */
export const groqCompletion: NodeCodeGenerator<'groqCompletion'> = completionGenerator({
  complete: py.imported(module, 'complete_by_groq'),
  request: py.imported(module, 'GroqConfig'),
  answer: py.imported(module, 'GroqCompletion'),
  provider: {
    constant: py.imported('app.llm.parts', 'GROQ'),
    make: py.imported('app.llm.providers.groq', 'groq'),
    simulated: py.imported('tests.simulated_providers.apis.chat_completions.groq', 'GroqChat'),
    models: py.imported('app.llm.providers.groq_models', 'GROQ_MODELS'),
    byHand: { execute: py.imported(module, 'execute_groq_completion'), model: 'openai/gpt-oss-120b' },
  },
});
