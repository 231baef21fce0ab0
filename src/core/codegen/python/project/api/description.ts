import type { RunEventName } from '../../../../events.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { anyOfSchemas, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { bodyOf } from '../../../../workflow/nodes/requestBody.ts';
import { endpointOf } from '../../../../workflow/trigger.ts';
import { answersOf } from '../../../../workflow/validate/answerType.ts';
import type { GeneratedFile } from '../../GeneratedFile.ts';
import type { WorkflowModule } from '../workflowModules.ts';
import { eventsOf, eventsOfNode } from './events.ts';
import { asComponents, component, PublicSchemas } from './publicSchema.ts';
import runSchemas from './runSchemas.json';

type Schemas = Record<string, JsonSchema>;
/** What stands in the document: OpenAPI's own words. */
type Described = Readonly<Record<string, unknown>>;

const shared = runSchemas as unknown as Schemas;
/** The events whose data differs from workflow to workflow. */
const own: ReadonlySet<RunEventName> = new Set(['done']);

/** Where the description of a workflow is; its route has the module's name for its operation id. */
export function descriptionPath({ module }: WorkflowModule): string {
  return `app/workflows/${module}.api.json`;
}

/** What `/openapi.json` says of a workflow beyond its route: the answers, the events of its stream, and their schemas. */
export function describe(workflow: WorkflowModule): readonly GeneratedFile[] {
  const { plan, names, isRouted } = workflow;
  const { checked } = plan;
  // What sends webhooks does not ask what they are.
  if (!isRouted || checked.trigger.type === 'webhookReceiver') return [];
  const prefix = (names.inputClass as string).replace(/Input$/, '');
  const answers = new Answers(checked, prefix);
  const endpoint = endpointOf(checked.trigger);
  const input = bodyOf(endpoint) === 'query' ? {} : asComponents(endpoint.inputSchema, names.inputClass);
  const told = { operation: { responses: answers.responses }, schemas: { ...answers.schemas, ...input } };
  return [{ path: descriptionPath(workflow), content: printed(told) }];
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

class Answers {
  readonly #prefix: string;
  readonly #stream: 'auto' | 'always' | 'never';
  readonly #public: PublicSchemas;
  readonly #outputs: ReadonlyMap<number, JsonSchema>;
  readonly #events: readonly RunEventName[];

  constructor(checked: CheckedWorkflow, prefix: string) {
    this.#prefix = prefix;
    this.#stream = endpointOf(checked.trigger).stream;
    this.#public = new PublicSchemas(prefix);
    const outputs = new Map<number, JsonSchema[]>();
    for (const { response, output } of answersOf(checked)) {
      const status = response?.config.status ?? 200;
      outputs.set(status, [...(outputs.get(status) ?? []), output]);
    }
    const told = [...outputs].map(([status, each]) => {
      const name = `${prefix}Output${suffixOf(status)}`;
      return [status, this.#public.named(anyOfSchemas(each), name)] as const;
    });
    this.#outputs = new Map(told);
    this.#events = this.#stream === 'never' ? [] : eventsOf(checked);
  }

  get responses(): Readonly<Record<string, Described>> {
    const whole = this.#stream === 'always' ? [] : [...this.#outputs.keys()];
    const found = new Map<number, Described>(whole.map((status) => [status, json(this.#answerName(status))]));
    if (this.#stream !== 'never') found.set(200, { ...found.get(200), 'text/event-stream': this.#eventStream });
    return Object.fromEntries(
      [...found].toSorted(([a], [b]) => a - b).map(([status, content]) => [status, answered(content)]),
    );
  }

  get schemas(): Schemas {
    const schemas: Schemas = {
      Problem: shared['Problem'] ?? {},
      RunUsage: shared['RunUsage'] ?? {},
      RunMeta: shared['RunMeta'] ?? {},
    };
    if (this.#stream !== 'always')
      for (const [status, output] of this.#outputs) schemas[this.#answerName(status)] = withOutput('Answer', output);
    for (const name of this.#events) {
      const event = eventName(name);
      if (own.has(name)) schemas[this.#prefix + event] = withOutput(event, anyOfSchemas([...this.#outputs.values()]));
      else if (name !== 'error') schemas[event] = shared[event] ?? {};
    }
    return { ...schemas, ...this.#public.components };
  }

  #answerName(status: number): string {
    return `${this.#prefix}Answer${suffixOf(status)}`;
  }

  /** An event as a client reads it: its name, and its data, which is JSON in a text. */
  get #eventStream(): Described {
    const oneOf = this.#events.map((name) => {
      const about = own.has(name) ? this.#prefix + eventName(name) : eventName(name);
      const data = {
        type: 'string',
        contentMediaType: 'application/json',
        contentSchema: component(name === 'error' ? 'Problem' : about),
      };
      return { type: 'object', required: ['event', 'data'], properties: { event: { const: name }, data } };
    });
    return { itemSchema: { oneOf } };
  }
}

function json(name: string): Described {
  return { 'application/json': { schema: component(name) } };
}

function answered(content: Described): Described {
  return {
    description: 'What the workflow answers.',
    headers: { 'x-request-id': { schema: { type: 'string' } } },
    content,
  };
}

/** What tells the names of several answers of a workflow apart. */
function suffixOf(status: number): string {
  return status === 200 ? '' : String(status);
}

/** `FunctionCallEvent`, of `function_call`. */
function eventName(name: RunEventName): string {
  return `${name.replaceAll(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())}Event`;
}

/** A schema of all runs, with the output of this workflow. */
function withOutput(name: string, output: JsonSchema): JsonSchema {
  const schema = shared[name] ?? {};
  return { ...schema, properties: { ...schema.properties, output } };
}
