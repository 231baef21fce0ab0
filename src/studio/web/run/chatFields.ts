import { meaningOf, typesOf, type JsonSchema } from '../../../core/workflow/jsonSchema.ts';

/** Names that say that a field is what a person writes, the likeliest first. */
const usual = ['message', 'question', 'prompt', 'query', 'text', 'input', 'content', 'q', 'ask', 'request', 'task'];
const usualHistories = ['history', 'messages', 'conversation', 'previous', 'chat_history', 'chatHistory'];

export interface ChatFields {
  /** Fields that could hold what is written, the likeliest first. */
  readonly texts: readonly string[];
  /** A list of earlier messages, with roles and contents. */
  readonly history: string | undefined;
}

/** Which fields of an input make it something to chat with; none where it has no field for a free text. */
export function chatFields(schema: JsonSchema): ChatFields {
  const { properties = {}, required = [] } = meaningOf(schema);
  const names = Object.keys(properties);
  const texts = names.filter((name) => isFreeText(properties[name]));
  const rank = (name: string): number => {
    const place = usual.indexOf(name.toLowerCase());
    return (place === -1 ? usual.length : place) + (required.includes(name) ? 0 : usual.length * 2);
  };
  return {
    texts: texts.toSorted((a, b) => rank(a) - rank(b)),
    history: names.find((name) => usualHistories.includes(name) && isMessages(properties[name])),
  };
}

function isFreeText(given: JsonSchema | undefined): boolean {
  if (given === undefined) return false;
  const { enum: choices, const: only, format } = meaningOf(given);
  const types = typesOf(given).filter((type) => type !== 'null');
  return types.join() === 'string' && choices === undefined && only === undefined && format === undefined;
}

function isMessages(given: JsonSchema | undefined): boolean {
  const items = given === undefined ? undefined : meaningOf(given).items;
  if (items === undefined) return false;
  const { properties } = meaningOf(items);
  // Objects of which nothing is said may be messages.
  if (properties === undefined) return typesOf(items).join() === 'object';
  return properties['role'] !== undefined && properties['content'] !== undefined;
}
