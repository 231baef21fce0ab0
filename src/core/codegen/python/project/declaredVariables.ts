import { secretVariables, signingVariables } from '../../../workflow/secrets.ts';
import { mcpSettings } from '../nodes/llm/mcpTools.ts';
import { generatorOf } from '../NodeCodeGenerator.ts';
import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';

/** The environment variables that workflows and those they call declare, each once. */
export function declaredVariables(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => file.env))];
}

/** The names of the credentials that workflows and those they call declare, each once. */
export function declaredCredentials(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => Object.keys(file.credentials)))];
}

/** The names of the MCP servers that workflows and those they call declare, each once. */
export function declaredMcpServers(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => Object.keys(file.mcpServers)))];
}

/** The variables of the secrets that workflows and those they call sign with, each once. */
export function declaredSecrets(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => secretVariables(file)))];
}

/** Those of them that steps sign with, each once. */
export function signingSecrets(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return [...new Set(workflows.flatMap(withCalled).flatMap(({ file }) => signingVariables(file)))];
}

/** The modules of the runtime whose settings a service has besides those of all. */
export function furtherSettings(workflows: readonly CheckedWorkflow[]): readonly string[] {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  const ofTypes = nodes.flatMap(({ type }) => generatorOf(type).settings ?? []);
  const ofSteps = nodes.some(({ step }) => step?.cache !== undefined) ? ['app/runtime/redis_settings.py'] : [];
  const ofRuns = workflows.some(({ file }) => file.durable === true) ? ['app/durable/settings.py'] : [];
  const ofServers = declaredMcpServers(workflows).length > 0 ? [mcpSettings, 'app/outside/client.py'] : [];
  return [...new Set([...ofTypes, ...ofSteps, ...ofRuns, ...ofServers])];
}
