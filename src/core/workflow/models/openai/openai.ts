import { ModelCatalog, type NameReading } from '../catalog.ts';
import type { Provider } from '../provider.ts';
import { chatCompletionsRules } from '../requestRules.ts';
import { gpt4oAnd41 } from './gpt4o.ts';
import { gpt54To56 } from './gpt54.ts';
import { gpt5To53 } from './gpt5.ts';
import { gpt6To62 } from './gpt6.ts';
import { legacy } from './legacy.ts';
import { oSeries } from './oSeries.ts';
import { standings } from './standing.ts';

/**
 * OpenAI and its chat models.
 * Sources of the dates: https://developers.openai.com/api/docs/deprecations and `openai/types/shared/chat_model.py` of
 * openai-python 3.54.0; those of all else are in the models' `sources`.
 */
export const openai: Provider = {
  id: 'openai',
  name: 'OpenAI',
  address: 'https://api.openai.com/v1',
  environmentPrefix: 'OPENAI_',
  variables: {
    key: 'OPENAI_API_KEY',
    baseUrl: 'OPENAI_BASE_URL',
    further: ['OPENAI_ORG_ID', 'OPENAI_PROJECT_ID'],
  },
  catalog: new ModelCatalog({
    asOf: '2026-11-23',
    listings: [gpt6To62, gpt54To56, gpt5To53, oSeries, gpt4oAnd41, legacy].flat(),
    standings,
    ownNames: /^(gpt|o\d|chatgpt|codex|ft:)/i,
    snapshotEnding: /-\d{4}-\d{2}-\d{2}$/,
    read: readName,
  }),
  rules: chatCompletionsRules,
};

/** Reads the name of a fine-tuned model (`ft:gpt-4o:…`), a gateway's (`openai/gpt-4o`) and Azure's (`gpt-35-turbo`). */
function readName(name: string): NameReading {
  const own = name.trim().toLowerCase().split('/').at(-1) ?? '';
  const isTuned = own.startsWith('ft:');
  const base = isTuned ? (own.split(':')[1] ?? '') : own;
  return { base: base.replace(/^gpt-35-/, 'gpt-3.5-'), isTuned };
}
