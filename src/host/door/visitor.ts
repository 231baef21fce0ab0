import { isAsked, isOperators, type CheckedWorkflow } from '../../core/workflow/index.ts';
import { runsToken } from '../keptRuns.ts';
import { throwawayIssuer } from './issuer.ts';
import { throwawayKey } from './keys.ts';
import { signing } from './signing.ts';

/** Someone whom a service lets in, for as long as it is tried out on this machine. */
export interface Visitor {
  /** What the service has to be told so that it knows him. */
  readonly env: NodeJS.ProcessEnv;
  /** What goes with a request, which says who sends it. @param body as it is sent */
  headers(body: string): Readonly<Record<string, string>>;
  /** Forgets what was kept for him. */
  close(): Promise<void>;
}

/** Where nobody is asked who he is. */
const anyone: Visitor = { env: {}, headers: () => ({}), close: () => Promise.resolve() };

/** Whose secrets count. */
export interface VisitorOptions {
  /** Whether an operator who trusts an issuer of tokens goes on to trust that one, and the visitor stays outside. */
  readonly keepsIssuer?: boolean;
}

/**
 * A visitor with what the trigger of a workflow asks for: a key, a token, or a signature. Keys and secrets are made up, and those
 * of the operator go on to count, but for an issuer of tokens, of which there can be only one.
 * @param env of the service
 */
export async function visitorOf(
  { trigger, file }: CheckedWorkflow,
  env: NodeJS.ProcessEnv,
  { keepsIssuer = false }: VisitorOptions = {},
): Promise<Visitor> {
  if (isOperators(trigger)) return theOperator(env);
  if (!isAsked(trigger)) return signing(file.name, trigger, env) ?? anyone;
  const { kind = 'none', scopes = [], algorithms } = trigger.config.auth ?? {};
  switch (kind) {
    case 'none':
      return anyone;
    case 'apiKey':
    case 'basic':
      return throwawayKey(scopes, env, kind === 'basic');
    case 'bearer':
      return keepsIssuer && env['JWT_JWKS_URL'] ? anyone : throwawayIssuer(scopes, algorithms, env);
  }
}

/** Who has the token of the service, with which runs are begun that else the clock or a queue begins. */
function theOperator(env: NodeJS.ProcessEnv): Visitor {
  const token = runsToken(env);
  return {
    env: { RUNS_TOKEN: token },
    headers: () => ({ authorization: `Bearer ${token}` }),
    close: () => Promise.resolve(),
  };
}
