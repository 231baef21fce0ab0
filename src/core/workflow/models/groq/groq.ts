import { ModelCatalog } from '../catalog.ts';
import type { Provider } from '../provider.ts';
import { chatCompletionsRules } from '../requestRules.ts';
import { current } from './current.ts';
import { retired } from './retired.ts';
import { standings } from './standing.ts';

/**
 * Groq and its chat models. What its API refuses: https://console.groq.com/docs/openai, and "not (yet) supported" in
 * `completion_create_params.py` of groq-python 1.7.0.
 */
export const groq: Provider = {
  id: 'groq',
  // `ChatCompletionMessage` of groq-python has no `refusal`.
  tellsRefusals: false,
  name: 'Groq',
  environmentPrefix: 'GROQ_',
  variables: { key: 'GROQ_API_KEY', baseUrl: 'GROQ_BASE_URL', further: [] },
  address: 'https://api.groq.com/openai/v1',
  simulatedPath: '/groq/openai/v1',
  catalog: new ModelCatalog({
    asOf: '2026-11-27',
    listings: [...current, ...retired],
    standings,
    ownNames:
      /^(llama|meta-llama\/|openai\/gpt-oss|qwen|mixtral|gemma|groq\/|compound|moonshotai\/|deepseek-r1|mistral-saba)/i,
    snapshotEnding: /$^/,
    read: (name) => ({ base: name.trim().toLowerCase(), isTuned: false }),
  }),
  rules: {
    ...chatCompletionsRules,
    participantNames: false,
    // `ChatCompletionContentPart` of groq-python has text, images and documents of its own.
    files: false,
    refused: [
      'frequency_penalty',
      'logit_bias',
      'logprobs',
      'metadata',
      'n',
      'presence_penalty',
      'store',
      'top_logprobs',
    ],
  },
};
