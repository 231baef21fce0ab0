/*
 * Nodes of providers that speak an API which others speak too: what each calls in the runtime. A new one is an entry here. What two
 * providers export under one name could not be imported side by side, so functions and types are called after their provider.
 */
import { providerOf } from '../../../../workflow/modelNodes.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const groq = 'app.nodes.llm.groq';

export const groqCompletion: NodeCodeGenerator<'groqCompletion'> = completionGenerator({
  complete: py.imported(groq, 'complete_by_groq'),
  request: py.imported(groq, 'GroqConfig'),
  answer: py.imported(groq, 'GroqCompletion'),
  provider: {
    constant: py.imported('app.llm.parts', 'GROQ'),
    make: py.imported('app.llm.providers.groq', 'groq'),
    simulated: py.imported('tests.simulated_providers.apis.chat_completions.groq', 'GroqChat'),
    models: py.imported('app.llm.providers.groq_models', 'GROQ_MODELS'),
    byHand: { execute: py.imported(groq, 'execute_groq_completion'), model: 'openai/gpt-oss-120b' },
  },
});

const azure = 'app.nodes.llm.azure';

export const azureOpenaiCompletion: NodeCodeGenerator<'azureOpenaiCompletion'> = completionGenerator({
  complete: py.imported(azure, 'complete_by_azure'),
  request: py.imported(azure, 'AzureConfig'),
  answer: py.imported(azure, 'AzureCompletion'),
  provider: {
    constant: py.imported('app.llm.parts', 'AZURE_OPENAI'),
    make: py.imported('app.llm.providers.azure', 'azure_openai'),
    simulated: py.imported('tests.simulated_providers.apis.chat_completions.azure', 'AzureChat'),
    simulatedResponses: py.imported('tests.simulated_providers.apis.responses.azure', 'AzureResponses'),
    models: py.imported('app.llm.providers.openai_models', 'MODELS'),
    byHand: { execute: py.imported(azure, 'execute_azure_openai_completion'), model: 'my-deployment' },
  },
});

const compatible = 'app.nodes.llm.compatible';

/** Servers that speak Chat Completions, each under a name of its own. */
export const compatibleCompletion: NodeCodeGenerator<'compatibleCompletion'> = completionGenerator(
  {
    complete: py.imported(compatible, 'complete_by_compatible'),
    request: py.imported(compatible, 'CompatibleConfig'),
    answer: py.imported(compatible, 'CompatibleCompletion'),
    provider: {
      constant: py.imported('app.llm.parts', 'COMPATIBLE'),
      make: py.imported('app.llm.providers.compatible', 'CompatibleServers'),
      simulated: py.imported('tests.simulated_providers.apis.chat_completions.compatible', 'CompatibleChat'),
      servers: py.imported('app.llm.providers.compatible_servers', 'SERVERS'),
      byHand: { execute: py.imported(compatible, 'execute_compatible_completion'), model: 'qwen3', server: 'ollama' },
    },
    member: (node) => providerOf(node).id,
  },
  (request, { config }) => request.add('provider', config.provider),
);
