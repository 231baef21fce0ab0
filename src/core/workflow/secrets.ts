import { nodesOf } from './validate/context.ts';
import type { WorkflowFile } from './types.ts';

/** The environment variable that holds a secret which nodes sign with. */
export function secretVariable(name: string): string {
  return `SECRET_${name.toUpperCase()}`;
}

/** The variable of the secret that webhooks to a workflow are signed with. */
export function webhookSecret(workflow: string): string {
  return `WEBHOOK_SECRET_${workflow.toUpperCase().replaceAll('-', '_')}`;
}

/** The variables of the secrets that the nodes of a file sign with. */
export function signingVariables(file: Pick<WorkflowFile, 'nodes'>): readonly string[] {
  return nodesOf(file, 'cryptoGenerate').flatMap(({ config: { kind, secret } }) =>
    kind === 'hmac' && secret !== undefined ? [secretVariable(secret)] : [],
  );
}

/** The variables of the secrets that the nodes of a file sign with, or check signatures with, each once. */
export function secretVariables(file: Pick<WorkflowFile, 'name' | 'nodes'>): readonly string[] {
  const ofWebhooks = nodesOf(file, 'webhookReceiver').flatMap(({ config }) => {
    const secret = webhookSecret(file.name);
    return config.challenge === 'hub' ? [secret, `${secret}_VERIFY`] : [secret];
  });
  return [...new Set([...signingVariables(file), ...ofWebhooks])];
}

/** The variables of a credential for another service: what it is, and whom it is for. */
export function credentialVariables(name: string): readonly [value: string, host: string] {
  const value = `CREDENTIAL_${name.toUpperCase()}`;
  return [value, `${value}_HOST`];
}
