import { ModelCatalog } from '../catalog.ts';
import type { Provider } from '../provider.ts';
import { chatCompletionsRules } from '../requestRules.ts';
import { compatibleServers, embeddingServers } from './servers.ts';

const everyServer = { ...compatibleServers, ...embeddingServers };

/** Nothing is known of the models of such servers, so that nothing is refused. */
const catalog = new ModelCatalog({
  asOf: '2026-11-27',
  listings: [],
  ownNames: /$^/,
  snapshotEnding: /$^/,
  read: (name) => ({ base: name, isTuned: false }),
});

const made = new Map<string, Provider>();

/** What a node's `provider` can be: it becomes a part of the names of variables. */
export const serverName = /^[a-z][a-z0-9_-]{0,39}$/i;

/** The server that a node's `provider` names; of a name that is none, one that nobody can have set up. */
export function compatibleProvider(named: unknown): Provider {
  const id =
    typeof named === 'string' && serverName.test(named) ? named.toLowerCase().replaceAll('-', '_') : 'compatible';
  const provider = made.get(id) ?? providerOf(id);
  made.set(id, provider);
  return provider;
}

function providerOf(id: string): Provider {
  const known = Object.hasOwn(everyServer, id) ? everyServer[id] : undefined;
  const prefix = `${id.toUpperCase()}_`;
  return {
    id,
    name: known?.name ?? id,
    environmentPrefix: prefix,
    variables: { key: `${prefix}API_KEY`, baseUrl: `${prefix}BASE_URL`, further: [] },
    ...(known === undefined || known.isKeyless ? { isKeyless: true } : {}),
    ...(known && { address: known.address }),
    simulatedPath: `/compatible/${id}/v1`,
    catalog,
    rules: {
      ...chatCompletionsRules,
      jsonModeNeedsWord: false,
      participantNames: !known?.habits.noNames,
      refused: known?.habits.refused ?? [],
    },
  };
}

/** The servers that are known. */
export const knownServers: readonly Provider[] = Object.keys(compatibleServers).map(compatibleProvider);
