import { ModelCatalog, type NameReading } from '../catalog.ts';
import type { Provider } from '../provider.ts';
import type { RequestRules } from '../requestRules.ts';
import { claude45To48, retired } from './claude4.ts';
import { claude5To55 } from './claude5.ts';
import { heldToSchemas } from './heldSchema.ts';
import { standings } from './standing.ts';

/**
 * The rules of the Messages API. Penalties and biases it does not have, so that no node has keys for them.
 * Source: `types/message_create_params.py` of anthropic-sdk-python 2.14.0
 */
const messagesRules: RequestRules = {
  temperature: [0, 1],
  topP: [0, 1],
  presencePenalty: [0, 0],
  frequencyPenalty: [0, 0],
  logitBias: [0, 0],
  stops: Number.POSITIVE_INFINITY,
  metadata: { entries: 1, key: 64, value: 256 },
  jsonModeNeedsWord: false,
  participantNames: true,
  files: true,
  refused: [],
};

/**
 * Anthropic and its models.
 * Sources of the dates: https://platform.claude.com/docs/en/about-claude/model-deprecations and
 * `_data/deprecated_models.py` of anthropic-sdk-python 2.14.0; those of all else are in the models' `sources`.
 */
export const anthropic: Provider = {
  id: 'anthropic',
  name: 'Anthropic',
  environmentPrefix: 'ANTHROPIC_',
  variables: { key: 'ANTHROPIC_API_KEY', baseUrl: 'ANTHROPIC_BASE_URL', further: [] },
  address: 'https://api.anthropic.com',
  api: 'messages',
  catalog: new ModelCatalog({
    asOf: '2026-11-29',
    listings: [claude5To55, claude45To48, retired].flat(),
    standings,
    ownNames: /^claude/i,
    snapshotEnding: /-\d{8}$/,
    read: readName,
  }),
  rules: messagesRules,
  strictness: heldToSchemas,
};

/** Reads a gateway's name (`anthropic/claude-sonnet-5.5`). */
function readName(name: string): NameReading {
  const own = name.trim().toLowerCase().split('/').at(-1) ?? '';
  return { base: own.replace(/(?<=\d)\.(?=\d)/, '-'), isTuned: false };
}
