import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { bodyOf } from '../../../../workflow/nodes/requestBody.ts';
import type { GeneratedFile } from '../../GeneratedFile.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { Answers } from './answers.ts';
import { eventsOfNode } from './events.ts';
import { asComponents } from './publicSchema.ts';

/** Where the description of a workflow is; its route has the module's name for its operation id. */
export function descriptionPath({ module }: WorkflowModule): string {
  return `app/workflows/${module}.api.json`;
}

/** What `/openapi.json` says of a workflow beyond its route: the answers, the events of its stream, and their schemas. */
export function describe(workflow: WorkflowModule): GeneratedFile {
  const { plan, names } = workflow;
  const { checked } = plan;
  const prefix = (names.inputClass as string).replace(/Input$/, '');
  const answers = new Answers(checked, prefix);
  const { config } = checked.trigger;
  const input = bodyOf(config) === 'query' ? {} : asComponents(config.inputSchema, names.inputClass);
  const told = { operation: { responses: answers.responses }, schemas: { ...answers.schemas, ...input } };
  return { path: descriptionPath(workflow), content: printed(told) };
}

/**
 * Whether what is said of a workflow may be another after edits of nodes.
 * @param stale the nodes that were edited, and those that read values of another type now
 */
export function concernsDescription(
  before: CheckedWorkflow,
  after: CheckedWorkflow,
  stale: ReadonlySet<string>,
): boolean {
  return [...stale].some((id) => {
    const [old, node] = [before.graph.nodes.get(id), after.graph.nodes.get(id)];
    if (old === undefined || node === undefined || node.type === 'response') return true;
    return eventsOfNode(before, old).join() !== eventsOfNode(after, node).join();
  });
}

/** A line for each schema and each kind of answer, so that a change shows where it is. */
function printed({ operation, schemas }: { readonly operation: object; readonly schemas: object }): string {
  const lines = (value: object): string =>
    Object.entries(value)
      .map(([key, each]) => `\n    ${JSON.stringify(key)}: ${JSON.stringify(each)}`)
      .join();
  return `{\n  "operation": {${lines(operation)}\n  },\n  "schemas": {${lines(schemas)}\n  }\n}\n`;
}
