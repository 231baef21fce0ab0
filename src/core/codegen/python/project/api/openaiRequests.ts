import type { JsonSchema } from '../../../../workflow/jsonSchema.ts';
import { callOfTool, functionName } from './openaiSchemas.ts';
import { anything, listOf, objectOf, orNull, text } from './schemas.ts';

/* What the routes of OpenAI's language take. What they take and make nothing of, such as `temperature`, may be anything. */

function someOf(items: JsonSchema): JsonSchema {
  return { ...listOf(items), minItems: 1 };
}

function part(type: string, member: string, schema: JsonSchema, ...further: readonly string[]): JsonSchema {
  const more = Object.fromEntries(further.map((name) => [name, anything]));
  return objectOf({ type: { const: type }, [member]: schema, ...more }, ...further);
}

/** What the models of a service make of a conversation. */
export interface Served {
  readonly models: readonly string[];
  /** Whether none of them sees more of the last message than its text. */
  readonly textOnly: boolean;
  /** Whether one of them may call functions of the caller. */
  readonly callerTools: boolean;
}

function shared({ models }: Served): Readonly<Record<string, JsonSchema>> {
  return {
    model: { type: 'string', enum: [...models] },
    stream: { type: ['boolean', 'null'] },
    metadata: { type: ['object', 'null'] },
    tools: { type: ['array', 'null'], items: {} },
    tool_choice: anything,
    user: anything,
  };
}

const optional = ['stream', 'metadata', 'tools', 'tool_choice', 'user'];

/** The body of `POST /v1/chat/completions`. */
export function chatRequest(served: Served): JsonSchema {
  const texts: JsonSchema = { anyOf: [text, someOf(part('text', 'text', text))] };
  const seen = served.textOnly
    ? texts
    : {
        anyOf: [
          text,
          someOf({
            anyOf: [
              part('text', 'text', text),
              part('image_url', 'image_url', objectOf({ url: text })),
              part('file', 'file', { type: 'object', minProperties: 1 }),
            ],
          }),
        ],
      };
  const ofUser = objectOf({ role: { const: 'user' }, content: seen });
  const plain = [objectOf({ role: { enum: ['system', 'developer', 'assistant'] }, content: texts }), ofUser];
  const ofTools = [
    objectOf({ role: { const: 'assistant' }, content: orNull(texts), tool_calls: someOf(callOfTool) }, 'content'),
    objectOf({ role: { const: 'tool' }, content: texts, tool_call_id: text }),
  ];
  const message: JsonSchema = { anyOf: served.callerTools ? [...plain, ...ofTools] : plain };
  const example = { model: served.models[0] ?? '', messages: [{ role: 'user', content: 'Hello' }] };
  const options = orNull(objectOf({ include_usage: { type: ['boolean', 'null'] } }, 'include_usage'));
  return {
    ...objectOf(
      {
        ...shared(served),
        messages: { ...someOf(message), contains: ofUser },
        stream_options: options,
        n: orNull({ type: 'integer', const: 1 }),
        modalities: { type: ['array', 'null'], items: { const: 'text' }, minItems: 1, maxItems: 1 },
      },
      ...optional,
      'stream_options',
      'n',
      'modalities',
    ),
    examples: [example, { ...example, stream: true }],
  };
}

/** The body of `POST /v1/responses`. */
export function responsesRequest(served: Served): JsonSchema {
  const ofText = (type: string): JsonSchema => part(type, 'text', text);
  const texts: JsonSchema = { anyOf: [text, someOf({ anyOf: [ofText('input_text'), ofText('output_text')] })] };
  const image = part('input_image', 'image_url', text, 'detail');
  const file = objectOf(
    { type: { const: 'input_file' }, file_data: anything, filename: anything },
    'file_data',
    'filename',
  );
  const seen: JsonSchema = served.textOnly
    ? { anyOf: [text, someOf(ofText('input_text'))] }
    : { anyOf: [text, someOf({ anyOf: [ofText('input_text'), image, file] })] };
  const message = { type: { const: 'message' } };
  const ofUser = objectOf({ ...message, role: { const: 'user' }, content: seen }, 'type');
  const plain = [
    objectOf({ ...message, role: { enum: ['system', 'developer', 'assistant'] }, content: texts }, 'type'),
    ofUser,
  ];
  const ofTools = [
    objectOf({ type: { const: 'function_call' }, call_id: text, name: functionName, arguments: text }),
    objectOf({ type: { const: 'function_call_output' }, call_id: text, output: text }),
  ];
  const item: JsonSchema = { anyOf: served.callerTools ? [...plain, ...ofTools] : plain };
  const example = { model: served.models[0] ?? '', input: 'Hello' };
  return {
    ...objectOf(
      {
        ...shared(served),
        input: { anyOf: [text, { ...someOf(item), contains: ofUser }] },
        instructions: { type: ['string', 'null'] },
        previous_response_id: { type: 'null' },
        conversation: { type: 'null' },
        background: orNull({ type: 'boolean', const: false }),
      },
      ...optional,
      'instructions',
      'previous_response_id',
      'conversation',
      'background',
    ),
    examples: [example, { ...example, stream: true }],
  };
}
