import type { Provider } from '../provider.ts';
import { chatCompletionsRules } from '../requestRules.ts';
import { openai } from '../openai/openai.ts';

/**
 * OpenAI's models as Azure deploys them, under names of the user's own.
 * Source: https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle
 */
export const azure: Provider = {
  id: 'azure_openai',
  shortName: 'azure',
  name: 'Azure OpenAI',
  environmentPrefix: 'AZURE_OPENAI_',
  variables: { key: 'AZURE_OPENAI_API_KEY', baseUrl: 'AZURE_OPENAI_ENDPOINT', further: [] },
  // Tokens of Entra ID stand in for a key.
  isKeyless: true,
  simulatedPath: '/azure/openai/v1',
  catalog: openai.catalog,
  rules: chatCompletionsRules,
};
