import { ModelCatalog } from '../../../src/core/workflow/models/catalog.ts';
import type { ModelFacts } from '../../../src/core/workflow/models/facts.ts';
import type { Provider } from '../../../src/core/workflow/models/provider.ts';
import { chatCompletionsRules } from '../../../src/core/workflow/models/requestRules.ts';

const oak: ModelFacts = {
  contextWindow: 32_000,
  maxOutput: 4_000,
  tokenLimitParameter: 'max_tokens',
  sampling: 'always',
  stop: true,
  functions: false,
  tools: true,
  parallelToolCalls: true,
  toolsWithReasoning: true,
  jsonMode: true,
  jsonSchema: true,
  vision: false,
  verbosity: false,
  prediction: false,
  reasoningEfforts: [],
  defaultEffort: null,
  chat: true,
  prices: null,
  sources: { capabilities: 'made up', prices: null },
};

/** A made-up provider that speaks Chat Completions, with rules of its own. */
export const grove: Provider = {
  id: 'grove',
  name: 'Grove',
  environmentPrefix: 'GROVE_',
  variables: { key: 'GROVE_API_KEY', baseUrl: 'GROVE_BASE_URL', further: [] },
  catalog: new ModelCatalog({
    asOf: '2026-11-01',
    listings: [
      { names: ['oak-2'], facts: oak },
      {
        names: ['oak-1'],
        facts: { ...oak, jsonSchema: false },
        ends: { on: '2026-06-30', replacement: 'oak-2' },
      },
    ],
    ownNames: /^oak/,
    snapshotEnding: /@\d+$/,
    read: (name) => ({ base: name, isTuned: false }),
  }),
  rules: { ...chatCompletionsRules, temperature: [0, 1], jsonModeNeedsWord: false },
};
