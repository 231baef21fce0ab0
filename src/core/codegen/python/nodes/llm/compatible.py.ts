import { providerOf } from '../../../../workflow/modelNodes.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const module = 'app.nodes.llm.compatible';

/** The node of servers that speak Chat Completions: what it calls in the runtime. */
export const compatibleCompletion: NodeCodeGenerator<'compatibleCompletion'> = completionGenerator(
  {
    complete: py.imported(module, 'complete_by_compatible'),
    request: py.imported(module, 'CompatibleConfig'),
    answer: py.imported(module, 'CompatibleCompletion'),
    provider: {
      constant: py.imported('app.llm.parts', 'COMPATIBLE'),
      make: py.imported('app.llm.providers.compatible', 'CompatibleServers'),
      simulated: py.imported('tests.simulated_providers.apis.chat_completions.compatible', 'CompatibleChat'),
      servers: py.imported('app.llm.providers.compatible_servers', 'SERVERS'),
      byHand: { execute: py.imported(module, 'execute_compatible_completion'), model: 'qwen3', server: 'ollama' },
    },
    member: (node) => providerOf(node).id,
  },
  (request, { config }) => request.add('provider', config.provider),
);
