import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import { completionGenerator } from './completion.ts';

const module = 'app.nodes.llm.azure';

/** Azure's node: what it calls in the runtime. */
export const azureOpenaiCompletion: NodeCodeGenerator<'azureOpenaiCompletion'> = completionGenerator({
  complete: py.imported(module, 'complete_by_azure'),
  request: py.imported(module, 'AzureConfig'),
  answer: py.imported(module, 'AzureCompletion'),
  provider: {
    constant: py.imported('app.llm.parts', 'AZURE_OPENAI'),
    make: py.imported('app.llm.providers.azure', 'azure_openai'),
    simulated: py.imported('tests.simulated_providers.apis.chat_completions.azure', 'AzureChat'),
    simulatedResponses: py.imported('tests.simulated_providers.apis.responses.azure', 'AzureResponses'),
    models: py.imported('app.llm.providers.openai_models', 'MODELS'),
    byHand: { execute: py.imported(module, 'execute_azure_openai_completion'), model: 'my-deployment' },
  },
});
