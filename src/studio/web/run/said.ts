import type { Json } from '../../../core/workflow/index.ts';
import { asObject, textAt } from './shapes.ts';

/** What a run says to its caller, piece by piece in the order in which the pieces began. */
export type Part =
  | { readonly kind: 'text'; readonly node: string; readonly text: string }
  | { readonly kind: 'reasoning'; readonly node: string; readonly text: string }
  | {
      readonly kind: 'call';
      readonly node: string;
      readonly id: string;
      readonly name: string;
      /** The arguments as JSON text, as far as they have come. */
      readonly argumentsText: string;
      readonly result: Json | undefined;
      readonly error: string | undefined;
    }
  | { readonly kind: 'partial'; readonly node: string; readonly value: Json };

type Call = Extract<Part, { readonly kind: 'call' }>;

/**
 * The parts after one more event of the service's stream; the same ones where it adds nothing to them.
 * @param voided how many characters of the node's text it voids, from the end
 */
export function withEvent(parts: readonly Part[], event: string, data: Json, voided = 0): readonly Part[] {
  const chunk = chunkText(event, data);
  if (chunk !== undefined) return withText(parts, 'text', '', chunk);
  const object = asObject(data);
  const node = textAt(object, 'node');
  if (object === undefined || node === undefined) return parts;
  switch (event) {
    case 'token':
      return withText(parts, 'text', node, textAt(object, 'text') ?? '');
    case 'reasoning':
      return withText(parts, 'reasoning', node, textAt(object, 'text') ?? '');
    case 'function_call_delta':
      return withCall(parts, node, object, ({ argumentsText }) => ({
        argumentsText: argumentsText + (textAt(object, 'arguments') ?? ''),
      }));
    case 'function_call':
      return withCall(parts, node, object, () => ({ argumentsText: JSON.stringify(object['arguments'] ?? {}) }));
    case 'tool_result':
      return withCall(parts, node, object, () => ({ result: object['result'], error: textAt(object, 'error') }));
    case 'restart':
      return withoutAnswer(parts, node, voided);
    case 'partial':
      return withPartial(parts, { kind: 'partial', node, value: object['value'] ?? null });
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

/** Nodes that speak at the same time have a part each; what a node says after a call is a new one. */
function withText(parts: readonly Part[], kind: 'text' | 'reasoning', node: string, text: string): readonly Part[] {
  const index = parts.findLastIndex((part) => part.node === node);
  const last = parts[index];
  return last?.kind === kind
    ? parts.with(index, { kind, node, text: last.text + text })
    : [...parts, { kind, node, text }];
}

function withCall(
  parts: readonly Part[],
  node: string,
  data: { readonly [key: string]: Json },
  changes: (call: Call) => Partial<Call>,
): readonly Part[] {
  const id = textAt(data, 'id') ?? '';
  const index = parts.findLastIndex((part) => part.kind === 'call' && part.node === node && part.id === id);
  const known = parts[index];
  const name = textAt(data, 'name') ?? '';
  const call: Call =
    known?.kind === 'call'
      ? known
      : { kind: 'call', node, id, name, argumentsText: '', result: undefined, error: undefined };
  const changed = { ...call, name: name === '' ? call.name : name, ...changes(call) };
  return index === -1 ? [...parts, changed] : parts.with(index, changed);
}

/** Without so many of the last characters that a node has said, and without what has not come to its end beside them. */
function withoutAnswer(parts: readonly Part[], node: string, characters: number): readonly Part[] {
  let left = characters;
  let isOpen = true;
  return parts
    .toReversed()
    .flatMap((part): readonly Part[] => {
      if (part.node !== node) return [part];
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
  const index = parts.findLastIndex((each) => each.kind === 'partial' && each.node === part.node);
  return index === -1 ? [...parts, part] : parts.with(index, part);
}
