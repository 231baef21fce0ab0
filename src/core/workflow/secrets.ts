import { nodesOf } from './validate/context.ts';
import type { WorkflowFile } from './types.ts';

/** The environment variable that holds a secret which nodes sign with. */
export function secretVariable(name: string): string {
  return `SECRET_${name.toUpperCase()}`;
}

/** The variables of the secrets that the nodes of a file sign with, each once. */
export function secretVariables(file: Pick<WorkflowFile, 'nodes'>): readonly string[] {
  const names = nodesOf(file, 'cryptoGenerate').flatMap(({ config: { kind, secret } }) =>
    kind === 'hmac' && secret !== undefined ? [secretVariable(secret)] : [],
  );
  return [...new Set(names)];
}

/** The variables of a credential for another service: what it is, and whom it is for. */
export function credentialVariables(name: string): readonly [value: string, host: string] {
  const value = `CREDENTIAL_${name.toUpperCase()}`;
  return [value, `${value}_HOST`];
}
