import type { RunEventName } from '../../../../events.ts';
import type { CheckedWorkflow } from '../../../../workflow/checked.ts';
import { anyOfSchemas, type JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { mediaTypeOf } from '../../../../workflow/nodes/rawAnswers.ts';
import { answersOf, type Answer } from '../../../../workflow/validate/answerType.ts';
import { laterAnswer } from '../../durable/later.ts';
import { endpointOf } from '../../../../workflow/trigger.ts';
import { eventsOf } from './events.ts';
import { answered, type Described } from './operation.ts';
import { component, PublicSchemas } from './publicSchema.ts';
import runSchemas from './runSchemas.json';

type Schemas = Record<string, JsonSchema>;
const shared = runSchemas as unknown as Schemas;

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
    const { method, stream } = endpointOf(checked.trigger);
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
    if (method === 'GET' && found.has(200)) for (const [status, each] of partsOf(answers)) found.set(status, each);
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
          schema: format === 'answer' ? component(name) : format === 'json' ? output : textSchema(format),
        };
      if (format === 'file') headers['content-disposition'] = { schema: { type: 'string' } };
      if (response?.config.folder !== undefined) Object.assign(headers, ofStoredFile);
      if (format === 'answer') this.#schemas[name] = withOutput('Answer', output);
      for (const header of Object.keys(response?.config.headers ?? {}))
        headers[header.toLowerCase()] = { schema: { type: 'string' } };
    }
    return answered(content, headers);
  }

  /** An event as a client reads it: its name, and its data, which is JSON in a text. */
  #events(names: readonly RunEventName[], output: JsonSchema): Described {
    this.#schemas['RunItem'] = shared['RunItem'] ?? {};
    const oneOf = names.map((name) => {
      const type = name === 'error' ? 'Problem' : `${name === 'done' ? this.#prefix : ''}${eventName(name)}`;
      this.#schemas[type] = name === 'done' ? withOutput(eventName(name), output) : (shared[type] ?? {});
      const data = { type: 'string', contentMediaType: 'application/json', contentSchema: component(type) };
      return { type: 'object', required: ['event', 'data'], properties: { event: { const: name }, data } };
    });
    return { itemSchema: { oneOf } };
  }
}

const text: Described = { schema: { type: 'string' } };
const ofStoredFile: Described = { 'accept-ranges': text, etag: text, 'last-modified': text };

/** What a caller may get who asks for a part of a file, or has it already. */
function* partsOf(answers: readonly Answer[]): Generator<readonly [number, Described]> {
  const stored = answers.flatMap(({ response }) => (response?.config.folder === undefined ? [] : [response.config]));
  if (stored.length === 0) return;
  const kinds = [...stored.map((config) => mediaTypeOf(config) ?? ''), 'multipart/byteranges'];
  const content = Object.fromEntries(kinds.map((kind) => [kind.replace(/ *;.*$/, ''), { schema: textSchema('file') }]));
  yield [
    206,
    answered(content, { ...ofStoredFile, 'content-range': text }, 'The parts of the file that were asked for.'),
  ];
  yield [304, answered({}, { etag: text }, 'The caller has the file already.')];
}

function textSchema(format: string): JsonSchema {
  return format === 'file' ? { type: 'string', format: 'binary' } : { type: 'string' };
}

function statusOf({ response }: Answer): number {
  return response?.config.status ?? 200;
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
