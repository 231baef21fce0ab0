import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const module = 'app.nodes.llm.openai';

/** OpenAI's node: what it calls in the runtime. */
export const openaiCompletion: NodeCodeGenerator<'openaiCompletion'> = completionGenerator({
  complete: py.imported(module, 'complete'),
  completeWithTools: py.imported('app.llm.tool_loop', 'complete_with_tools'),
  request: py.imported(module, 'OpenAIConfig'),
  answer: py.imported(module, 'OpenAICompletion'),
  answerOf: py.imported(module, 'CompletionOf'),
  functionSpec: py.imported(module, 'FunctionSpec'),
  functionCall: py.imported(module, 'FunctionCall'),
});
