import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { serverVariables } from '../../../workflow/mcp/lock.ts';
import { askedProviders } from '../../../workflow/modelNodes.ts';
import type { Provider } from '../../../workflow/models/provider.ts';
import { credentialVariables } from '../../../workflow/secrets.ts';
import { neededAtDoor } from '../door/operations.ts';
import { declaredCredentials, declaredMcpServers, declaredSecrets, declaredVariables } from './declaredVariables.ts';

/** The environment variables without which a service of these workflows does not work. */
export function neededVariables(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [
    ...askedProviders(workflows).flatMap(neededOf),
    ...declaredCredentials(workflows).flatMap(credentialVariables),
    ...declaredMcpServers(workflows).map((name) => serverVariables(name)[0]),
    ...declaredVariables(workflows),
    ...declaredSecrets(workflows),
    ...neededAtDoor(workflows.map(({ trigger }) => trigger)),
  ];
}

function neededOf({ variables: { key, baseUrl }, isKeyless, address }: Provider): readonly string[] {
  return [...(isKeyless ? [] : [key]), ...(address === undefined ? [baseUrl] : [])];
}
