import type { RunEventName } from '../../../../events.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { anyOfSchemas, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import { answersOf, type Answer } from '../../../../workflow/validate/answerType.ts';
import { laterAnswer } from '../../durable/later.ts';
import { endpointOf } from '../../../../workflow/trigger.ts';
import { eventsOf } from './events.ts';
import { component, PublicSchemas } from './publicSchema.ts';
import runSchemas from './runSchemas.json';

type Schemas = Record<string, JsonSchema>;
/** What stands in the document: OpenAPI's own words. */
type Described = Readonly<Record<string, unknown>>;

const shared = runSchemas as unknown as Schemas;
const requestId: Described = { 'x-request-id': { schema: { type: 'string' } } };

/** What callers are told of the answers of a workflow: those in one piece, by their status, and the events of its stream. */
export class Answers {
  readonly #prefix: string;
  readonly #public: PublicSchemas;
  readonly #schemas: Schemas = {};
  readonly responses: Readonly<Record<string, Described>>;

  /** @param prefix what the names of its schemas begin with */
  constructor(checked: CheckedWorkflow, prefix: string) {
    this.#prefix = prefix;
    this.#public = new PublicSchemas(prefix);
    for (const name of ['Problem', 'RunUsage', 'RunMeta']) this.#schemas[name] = shared[name] ?? {};
    const { stream } = endpointOf(checked.trigger);
    const answers = answersOf(checked);
    const statuses = new Set(answers.map(statusOf));
    const byStatus = new Map(
      [...statuses].map((status) => [status, answers.filter((each) => statusOf(each) === status)]),
    );
    const outputs = new Map([...byStatus].map(([status, each]) => [status, this.#output(status, each)] as const));
    const found = new Map<number, Described>();
    if (stream !== 'always')
      for (const [status, each] of byStatus)
        found.set(status, this.#inOnePiece(status, each, outputs.get(status) ?? {}));
    if (checked.file.durable === true && !found.has(202)) found.set(202, laterAnswer);
    if (stream !== 'never') {
      const events = this.#events(eventsOf(checked), anyOfSchemas([...outputs.values()]));
      const whole = found.get(200) ?? answered({});
      found.set(200, { ...whole, content: { ...(whole['content'] as Described), 'text/event-stream': events } });
    }
    this.responses = Object.fromEntries([...found].toSorted(([a], [b]) => a - b));
  }

  get schemas(): Schemas {
    return { ...this.#schemas, ...this.#public.components };
  }

  #output(status: number, answers: readonly Answer[]): JsonSchema {
    return this.#public.named(
      anyOfSchemas(answers.map(({ output }) => output)),
      `${this.#prefix}Output${suffix(status)}`,
    );
  }

  #inOnePiece(status: number, answers: readonly Answer[], output: JsonSchema): Described {
    const content: Record<string, unknown> = {};
    const headers: Record<string, unknown> = {};
    for (const { response } of answers) {
      const name = `${this.#prefix}Answer${suffix(status)}`;
      const format = response?.config.format ?? 'answer';
      const type = (response === undefined ? undefined : mediaTypeOf(response.config)) ?? 'application/json';
      if (format === 'redirect') headers['location'] = { schema: { type: 'string' } };
      else
        content[type.replace(/ *;.*$/, '')] = {
          schema: format === 'answer' ? component(name) : format === 'json' ? output : { type: 'string' },
        };
      if (format === 'answer') this.#schemas[name] = withOutput('Answer', output);
      for (const header of Object.keys(response?.config.headers ?? {}))
        headers[header.toLowerCase()] = { schema: { type: 'string' } };
    }
    return answered(content, headers);
  }

  /** An event as a client reads it: its name, and its data, which is JSON in a text. */
  #events(names: readonly RunEventName[], output: JsonSchema): Described {
    const oneOf = names.map((name) => {
      const type = name === 'error' ? 'Problem' : `${name === 'done' ? this.#prefix : ''}${eventName(name)}`;
      this.#schemas[type] = name === 'done' ? withOutput(eventName(name), output) : (shared[type] ?? {});
      const data = { type: 'string', contentMediaType: 'application/json', contentSchema: component(type) };
      return { type: 'object', required: ['event', 'data'], properties: { event: { const: name }, data } };
    });
    return { itemSchema: { oneOf } };
  }
}

function statusOf({ response }: Answer): number {
  return response?.config.status ?? 200;
}

function answered(content: Described, headers: Described = {}): Described {
  const body = Object.keys(content).length === 0 ? {} : { content };
  return { description: 'What the workflow answers.', headers: { ...requestId, ...headers }, ...body };
}

/** What tells the names of several answers of a workflow apart. */
function suffix(status: number): string {
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
