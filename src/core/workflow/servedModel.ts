import { parseTemplate } from './expressions/parser.ts';
import type { TemplateJson } from './expressions/syntax.ts';
import { itemsOf, meaningOf, typesOf, type JsonSchema } from './jsonSchema.ts';
import type { NodeOf } from './types.ts';

const textType: JsonSchema = { type: 'string' };

const anyObject: JsonSchema = { type: 'object', additionalProperties: {} };

const messages: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['role'],
    properties: { role: textType, content: {}, name: textType, tool_calls: {}, tool_call_id: textType },
  },
};

/** What the expressions of `openai.input` read as `input`: the request of a client, whichever of the APIs it came by. */
export const servedRequest: JsonSchema = {
  type: 'object',
  required: ['text', 'messages', 'history', 'system', 'user', 'metadata', 'body'],
  properties: {
    text: textType,
    messages,
    history: messages,
    system: textType,
    user: textType,
    metadata: anyObject,
    body: anyObject,
  },
  additionalProperties: false,
};

type Config = NodeOf<'httpEndpoint'>['config'];

/** Names under which workflows take what is said to them, and what comes before. */
const ofText = ['message', 'text', 'question', 'prompt', 'query', 'input', 'user_message', 'userMessage'];
const ofAll = ['messages', 'conversation'];
const ofHistory = ['history', 'chat_history', 'chatHistory'];
const ofSystem = ['system', 'instructions', 'system_prompt', 'systemPrompt'];

/**
 * What each input of the workflow is made of when it is asked as a model: what the config says, and for the others what their
 * names and types do. The last message of the user goes to a text, all messages to `messages`, those before to `history`.
 */
export function servedInput({ openai, inputSchema }: Config): ReadonlyMap<string, TemplateJson> {
  const { properties = {}, required = [] } = meaningOf(inputSchema);
  const given = Object.entries(openai?.input ?? {});
  const found = new Map<string, TemplateJson>(given);
  const open = Object.entries(properties).filter(([name]) => !found.has(name));
  const texts = open.filter(([, schema]) => isText(schema)).map(([name]) => name);
  const named = open.filter(([, schema]) => takesMessages(schema)).map(([name]) => name);
  const fill = (name: string | undefined, source: string): void => {
    if (name !== undefined) found.set(name, parseTemplate(`{{ input.${source} }}`));
  };
  for (const name of ofSystem) if (texts.includes(name)) fill(name, 'system');
  const plain = texts.filter((name) => !ofSystem.includes(name));
  const needed = plain.filter((name) => required.includes(name));
  const said = given.length > 0 && named.length === 0 && needed.length === 0 ? undefined : textOf(plain, needed);
  fill(said, 'text');
  for (const name of ofAll) if (named.includes(name)) fill(name, 'messages');
  for (const name of ofHistory) if (named.includes(name)) fill(name, said === undefined ? 'messages' : 'history');
  return found;
}

/** The inputs of a conversation: of what is said, and of what was said before; undefined where one of them is not taken. */
export function remembered(inputSchema: JsonSchema): { readonly text: string; readonly history: string } | undefined {
  const { properties = {}, required = [] } = meaningOf(inputSchema);
  const entries = Object.entries(properties);
  const texts = entries.filter(([, schema]) => isText(schema)).map(([name]) => name);
  const plain = texts.filter((name) => !ofSystem.includes(name));
  const text = textOf(
    plain,
    plain.filter((name) => required.includes(name)),
  );
  const history = [...ofHistory, ...ofAll].find((name) => takesMessages(properties[name] ?? { type: 'null' }));
  return text === undefined || history === undefined ? undefined : { text, history };
}

/** The text that is what the user says: by its name, or because there is no other. */
function textOf(texts: readonly string[], needed: readonly string[]): string | undefined {
  const named = ofText.find((name) => texts.includes(name));
  if (named !== undefined) return named;
  if (needed.length > 0) return needed.length === 1 ? needed[0] : undefined;
  return texts.length === 1 ? texts[0] : undefined;
}

function isText(schema: JsonSchema): boolean {
  return typesOf(schema).includes('string') && meaningOf(schema).enum === undefined;
}

function takesMessages(schema: JsonSchema): boolean {
  if (!typesOf(schema).includes('array')) return false;
  const items = itemsOf(schema);
  return items === undefined || typesOf(items).length === 0 || typesOf(items).includes('object');
}
