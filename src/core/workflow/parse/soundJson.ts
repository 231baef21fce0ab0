import type { Span } from '../expressions/syntax.ts';
import type { Json } from '../json.ts';
import { badCharacterIn, forbiddenKeys } from './characters.ts';
import { nestingLimit } from './nesting.ts';

export interface JsonRead {
  readonly value: Json;
  /** Where the nodes of a workflow stand in it; undefined when nobody has looked. */
  readonly nodes?: readonly Span[];
  /** And its edges. */
  readonly edges?: readonly Span[];
}

/** What the characters of a text say about it, if it is JSON. */
interface Outline {
  readonly depth: number;
  readonly keys: number;
  /** Some number has more digits than a double surely holds, or an exponent. */
  readonly hasLongNumber: boolean;
  /** Where the objects stand that are in lists at the keys `nodes` and `edges` of the outermost object. */
  readonly nodes: readonly Span[];
  readonly edges: readonly Span[];
}

/** Every whole number of this many digits is a double. */
const exactDigits = 15;

/**
 * The value of JSON in which nothing is wrong, in a tenth of the time that positions take; undefined when something is or
 * might be wrong. Keys that are there twice show in the count of the colons.
 * @param around how many brackets there are around the text
 */
export function readSoundJson(json: string, around = 0): JsonRead | undefined {
  const { depth, keys, hasLongNumber, nodes, edges } = outlineOf(json);
  if (around + depth > nestingLimit || hasLongNumber) return undefined;
  let value: Json;
  try {
    value = JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
  return soundKeysIn(value) === keys ? { value, nodes, edges } : undefined;
}

function outlineOf(json: string): Outline {
  let [depth, deepest, keys, digits, start] = [0, 0, 0, 0, 0];
  let hasLongNumber = false;
  let key = '';
  const [nodes, edges]: [Span[], Span[]] = [[], []];
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    if (code === 0x22) {
      const end = endOfString(json, index);
      if (depth === 1) key = json.slice(index + 1, end);
      index = end;
    } else if (code === 0x3a) keys += 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (depth === 3) start = index;
    } else if (code === 0x7d || code === 0x5d) {
      if (depth === 3 && key === 'nodes') nodes.push({ start, end: index + 1 });
      else if (depth === 3 && key === 'edges') edges.push({ start, end: index + 1 });
      depth -= 1;
    }
    digits = code >= 0x30 && code <= 0x39 ? digits + 1 : 0;
    // The `e` of `true` and `false` follows a letter, that of a number a digit.
    if (digits > exactDigits || ((code | 0x20) === 0x65 && isDigit(json.charCodeAt(index - 1)))) hasLongNumber = true;
  }
  return { depth: deepest, keys, hasLongNumber, nodes, edges };
}

function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json.charCodeAt(index) !== 0x22) index += json.charCodeAt(index) === 0x5c ? 2 : 1;
  return index;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** How many keys there are in a value; NaN when a key or a text in it must not be there. */
function soundKeysIn(value: Json): number {
  if (typeof value === 'string') return badCharacterIn(value) === undefined ? 0 : NaN;
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly Json[]) count += soundKeysIn(item);
    return count;
  }
  const members = value as Readonly<Record<string, Json>>;
  for (const key of Object.keys(members)) {
    if (forbiddenKeys.includes(key) || badCharacterIn(key) !== undefined) return NaN;
    count += 1 + soundKeysIn(members[key] ?? null);
  }
  return count;
}
