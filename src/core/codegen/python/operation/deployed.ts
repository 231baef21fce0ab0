import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { askedProviders } from '../../../workflow/modelNodes.ts';
import { credentialVariables } from '../../../workflow/secrets.ts';
import { serverVariables } from '../../../workflow/mcp/lock.ts';
import { keepsResults } from '../../../workflow/steps.ts';
import { dnsLabel, type DeployedService } from '../../deploy/index.ts';
import { isGuarded } from '../door/guards.ts';
import { neededAtDoor, takesKeys } from '../door/operations.ts';
import { linkSecrets } from '../durable/parts.ts';
import {
  declaredCredentials,
  declaredMcpServers,
  declaredSecrets,
  declaredVariables,
} from '../project/declaredVariables.ts';
import type { ServicePart } from './serviceParts.ts';

/** What a place has to know of the service that these workflows become. */
export function deployedService(
  title: string,
  workflows: readonly CheckedWorkflow[],
  parts: readonly ServicePart[],
): DeployedService {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  const uses = (...types: readonly (typeof nodes)[number]['type'][]): boolean =>
    nodes.some(({ type }) => types.includes(type));
  const providers = askedProviders(workflows);
  const credentials = declaredCredentials(workflows).map(credentialVariables);
  const isDurable = workflows.some(({ file }) => file.durable === true);
  const triggers = workflows.map(({ trigger }) => trigger);
  return {
    name: dnsLabel(title),
    secrets: [
      ...providers.flatMap(({ variables, isKeyless }) => (isKeyless ? [] : variables.key)),
      ...credentials.map(([value]) => value),
      ...declaredSecrets(workflows),
      ...linkSecrets(workflows),
      ...(parts.includes('metrics') ? ['METRICS_TOKEN'] : []),
    ],
    settings: [
      ...providers.flatMap(({ variables, address }) => (address === undefined ? variables.baseUrl : [])),
      ...credentials.map(([, host]) => host),
      ...declaredMcpServers(workflows).map((server) => serverVariables(server)[0]),
      ...declaredVariables(workflows),
      ...neededAtDoor(triggers),
    ],
    postgres: [
      ...(uses('postgresQuery', 'conversation') ? ['DATABASE_URL'] : []),
      ...(isDurable ? ['DURABLE_DATABASE_URL'] : []),
    ],
    usesRedis:
      uses('redisOperation', 'rateLimit', 'webhookReceiver') ||
      workflows.some(keepsResults) ||
      triggers.some((trigger) => isGuarded(trigger) && trigger.config.rateLimit !== undefined),
    usesQdrant: uses('qdrantSearch', 'qdrantUpsert'),
    isDurable,
    keepsFile: uses('sqliteQuery'),
    takesKeys: triggers.some(takesKeys),
    readsDocuments: uses('loadDocuments'),
    reloads: parts.includes('reload'),
  };
}
