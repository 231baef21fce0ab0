import type { Json } from '../../../core/workflow/index.ts';
import { asObject, textAt } from './shapes.ts';
import { itemsKey } from './spoken.ts';

/** Who speaks, and in the body of a loop for which items: `each[3]`. */
interface Place {
  readonly node: string;
  readonly items?: string;
}

/** What a run says to its caller, piece by piece in the order in which the pieces began. */
export type Part = Place &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'reasoning'; readonly text: string }
    | {
        readonly kind: 'call';
        readonly id: string;
        readonly name: string;
        /** The arguments as JSON text, as far as they have come. */
        readonly argumentsText: string;
        readonly result: Json | undefined;
        readonly error: string | undefined;
      }
    | { readonly kind: 'partial'; readonly value: Json }
  );

type Call = Extract<Part, { readonly kind: 'call' }>;

/**
 * The parts after one more event of the service's stream; the same ones where it adds nothing to them.
 * @param voided how many characters of the node's text it voids, from the end
 */
export function withEvent(parts: readonly Part[], event: string, data: Json, voided = 0): readonly Part[] {
  const chunk = chunkText(event, data);
  if (chunk !== undefined) return withText(parts, 'text', { node: '' }, chunk);
  const object = asObject(data);
  const place = placeOf(object);
  if (object === undefined || place === undefined) return parts;
  switch (event) {
    case 'token':
      return withText(parts, 'text', place, textAt(object, 'text') ?? '');
    case 'reasoning':
      return withText(parts, 'reasoning', place, textAt(object, 'text') ?? '');
    case 'function_call_delta':
      return withCall(parts, place, object, ({ argumentsText }) => ({
        argumentsText: argumentsText + (textAt(object, 'arguments') ?? ''),
      }));
    case 'function_call':
      return withCall(parts, place, object, () => ({ argumentsText: JSON.stringify(object['arguments'] ?? {}) }));
    case 'tool_result':
      return withCall(parts, place, object, () => ({ result: object['result'], error: textAt(object, 'error') }));
    case 'restart':
      return withoutAnswer(parts, place, voided);
    case 'partial':
      return withPartial(parts, { kind: 'partial', ...place, value: object['value'] ?? null });
    default:
      return parts;
  }
}

/**
 * The text that an event brings in OpenAI's way, where runs are asked so: events have no name then, and name no node.
 * https://developers.openai.com/api/reference/resources/chat
 */
export function chunkText(event: string, data: Json): string | undefined {
  const choices = event === 'message' ? asObject(data)?.['choices'] : undefined;
  const text = Array.isArray(choices) ? textAt(asObject(asObject(choices[0])?.['delta']), 'content') : undefined;
  return text === '' ? undefined : text;
}

function placeOf(object: ReturnType<typeof asObject>): Place | undefined {
  const node = textAt(object, 'node');
  const items = itemsKey(object ?? null);
  return node === undefined ? undefined : { node, ...(items !== undefined && { items }) };
}

/** Whether one speaks for the other: at the same node, for the same items. */
export function isSamePlace(one: Place, other: Place): boolean {
  return one.node === other.node && one.items === other.items;
}

/** Who speaks at the same time has a part each, also for several items of a loop; what is said after a call is a new one. */
function withText(parts: readonly Part[], kind: 'text' | 'reasoning', place: Place, text: string): readonly Part[] {
  const index = parts.findLastIndex((part) => isSamePlace(part, place));
  const last = parts[index];
  return last?.kind === kind
    ? parts.with(index, { ...last, text: last.text + text })
    : [...parts, { kind, ...place, text }];
}

function withCall(
  parts: readonly Part[],
  place: Place,
  data: { readonly [key: string]: Json },
  changes: (call: Call) => Partial<Call>,
): readonly Part[] {
  const id = textAt(data, 'id') ?? '';
  const index = parts.findLastIndex((part) => part.kind === 'call' && isSamePlace(part, place) && part.id === id);
  const known = parts[index];
  const name = textAt(data, 'name') ?? '';
  const call: Call =
    known?.kind === 'call'
      ? known
      : { kind: 'call', ...place, id, name, argumentsText: '', result: undefined, error: undefined };
  const changed = { ...call, name: name === '' ? call.name : name, ...changes(call) };
  return index === -1 ? [...parts, changed] : parts.with(index, changed);
}

/** Without so many of the last characters that were said at a place, and without what has not come to its end beside them. */
function withoutAnswer(parts: readonly Part[], place: Place, characters: number): readonly Part[] {
  let left = characters;
  let isOpen = true;
  return parts
    .toReversed()
    .flatMap((part): readonly Part[] => {
      if (!isSamePlace(part, place)) return [part];
      if (part.kind === 'text') {
        const text = part.text.slice(0, Math.max(0, part.text.length - left));
        left -= part.text.length - text.length;
        isOpen &&= text === '';
        return text === '' ? [] : [{ ...part, text }];
      }
      isOpen &&= !isAnswered(part);
      return isOpen ? [] : [part];
    })
    .toReversed();
}

function isAnswered(part: Part): boolean {
  return part.kind === 'call' && (part.result !== undefined || part.error !== undefined);
}

function withPartial(parts: readonly Part[], part: Part): readonly Part[] {
  const index = parts.findLastIndex((each) => each.kind === 'partial' && isSamePlace(each, part));
  return index === -1 ? [...parts, part] : parts.with(index, part);
}
