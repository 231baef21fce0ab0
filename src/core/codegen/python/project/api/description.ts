import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { bodyOf, filesIn } from '../../../../workflow/nodes/requestBody.ts';
import type { JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { endpointOf } from '../../../../workflow/trigger.ts';
import type { GeneratedFile } from '../../GeneratedFile.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { Answers } from './answers.ts';
import { eventsOfNode } from './events.ts';
import { describeTools } from './mcpApi.ts';
import { describeModels } from './openaiApi.ts';
import { printed } from './operation.ts';
import { webhookOperation } from './webhook.ts';
import { asComponents, component } from './publicSchema.ts';

/** Where the description of a workflow is; its route has the module's name for its operation id. */
export function descriptionPath({ module }: WorkflowModule): string {
  return `app/workflows/${module}.api.json`;
}

/** What `/openapi.json` says of a workflow beyond its route: the answers, the events of its stream, and their schemas. */
export function describe(workflow: WorkflowModule): readonly GeneratedFile[] {
  const { plan, names, isRouted } = workflow;
  const { checked } = plan;
  if (!isRouted) return [];
  const prefix = (names.inputClass as string).replace(/Input$/, '');
  const answers = new Answers(checked, prefix);
  const endpoint = endpointOf(checked.trigger);
  const carried = bodyOf(endpoint);
  const input = carried === 'query' ? {} : asComponents(asSent(endpoint.inputSchema), names.inputClass);
  if (checked.trigger.type === 'webhookReceiver') {
    const operation = webhookOperation(checked.trigger.config, names.inputClass, answers.responses);
    return [
      { path: descriptionPath(workflow), content: printed({ operation, schemas: { ...answers.schemas, ...input } }) },
    ];
  }
  const kinds = {
    query: [],
    json: [],
    form: ['application/x-www-form-urlencoded'],
    multipart: ['multipart/form-data'],
  };
  const form = kinds[carried].map((kind) => [kind, { schema: component(names.inputClass) }] as const);
  const requestBody = form.length === 0 ? {} : { requestBody: { required: true, content: Object.fromEntries(form) } };
  const told = {
    operation: { ...requestBody, responses: answers.responses },
    schemas: { ...answers.schemas, ...input },
  };
  return [{ path: descriptionPath(workflow), content: printed(told) }];
}

/** The schema of an input whose files are parts of a form: https://spec.openapis.org/oas/v3.1.1#considerations-for-file-uploads */
function asSent(schema: JsonSchema): JsonSchema {
  const files = [...filesIn(schema)].map(([name, { maxBytes, contentTypes }]) => {
    const kinds = contentTypes.length === 0 ? '' : ` of type ${contentTypes.join(', ')}`;
    const description = `A file${kinds} of at most ${maxBytes} bytes.`;
    return [name, { type: 'string', format: 'binary', description }] as const;
  });
  return files.length === 0
    ? schema
    : { ...schema, properties: { ...schema.properties, ...Object.fromEntries(files) } };
}

/** What it says of the routes on which several workflows answer in the language of others. */
export function describeShared(workflows: readonly WorkflowModule[]): readonly GeneratedFile[] {
  return [...describeModels(workflows), ...describeTools(workflows)];
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
