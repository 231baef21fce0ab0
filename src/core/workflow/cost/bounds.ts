import { inputOf } from '../trigger.ts';
import type { CheckedWorkflow } from '../checked.ts';
import type { Expression, PathExpression, PathSegment, Template } from '../expressions/syntax.ts';
import { printExpression } from '../expressions/print.ts';
import { bodyOf } from '../graph/graph.ts';
import type { Json } from '../json.ts';
import { meaningOf, memberOf, typesOf, type JsonSchema } from '../jsonSchema.ts';
import { candidatesOf, isModelNode } from '../modelNodes.ts';
import { answerType } from '../validate/answerType.ts';
import { answerLimit } from './limits.ts';

/**
 * The most tokens that a text can have, or what keeps it from having a limit. A token is at least one byte long, so a text has
 * no more tokens than bytes in UTF-8; of English text it is about a quarter.
 */
export type Bound = { readonly tokens: number } | { readonly unlimited: string };

export function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

export function sum(bounds: Iterable<Bound>): Bound {
  let tokens = 0;
  for (const bound of bounds) {
    if ('unlimited' in bound) return bound;
    tokens += bound.tokens;
  }
  return { tokens };
}

export function boundOfTemplate(checked: CheckedWorkflow, { parts }: Template): Bound {
  return sum(
    parts.map((part) =>
      part.kind === 'text' ? { tokens: bytesOf(part.text) } : boundOfExpression(checked, part.expression),
    ),
  );
}

function boundOfExpression(checked: CheckedWorkflow, expression: Expression): Bound {
  switch (expression.kind) {
    case 'literal':
      return { tokens: bytesOf(String(expression.value)) };
    case 'path':
      return boundOfPath(checked, expression);
    case 'not':
    case 'logical':
    case 'comparison':
    case 'membership':
      return { tokens: 5 };
    case 'arithmetic':
    case 'negative':
      return { tokens: longestNumber };
    case 'concatenation':
      return sum(expression.parts.map((part) => boundOfExpression(checked, part)));
    case 'conditional':
      return longer(boundOfExpression(checked, expression.then), boundOfExpression(checked, expression.otherwise));
    case 'call':
      return { tokens: longestCalled };
    case 'each':
      return { unlimited: `how often \`for ${expression.variable} in …\` repeats its text` };
    case 'list':
    case 'object':
      return { unlimited: `${expression.kind === 'list' ? 'a list' : 'an object'} that is written as text` };
    case 'filter':
      return boundOfFilter(checked, expression);
  }
}

function boundOfFilter(checked: CheckedWorkflow, filter: Extract<Expression, { kind: 'filter' }>): Bound {
  const subject = boundOfExpression(checked, filter.subject);
  if (filter.name === 'default') {
    const instead = sum(filter.args.map((argument) => boundOfExpression(checked, argument)));
    return longer(subject, instead);
  }
  if (['length', 'round', 'int', 'float'].includes(filter.name)) return { tokens: longestNumber };
  // A character may become three when its case changes (Unicode, SpecialCasing.txt).
  const growth = filter.name === 'upper' || filter.name === 'lower' ? 3 : 1;
  const keeps = ['trim', 'first', 'last', 'string', 'upper', 'lower'].includes(filter.name);
  if ('unlimited' in subject) return subject;
  return keeps ? { tokens: subject.tokens * growth } : { unlimited: `what the filter \`${filter.name}\` gives` };
}

/** The one of two bounds that holds for either. */
function longer(one: Bound, other: Bound): Bound {
  if ('unlimited' in one) return one;
  return 'unlimited' in other || other.tokens > one.tokens ? other : one;
}

function boundOfPath(checked: CheckedWorkflow, path: PathExpression): Bound {
  const written = `\`${printExpression(path)}\``;
  const [first, ...rest] = path.segments;
  if (path.root === 'input') return boundOfMember(inputOf(checked.trigger), path.segments, written);
  const node = path.root === 'nodes' ? checked.graph.nodes.get(String(first?.key)) : undefined;
  // Whatever is read of an answer, it is no longer than the answer.
  if (isModelNode(node) && rest.length > 0) {
    const limit = greatest(candidatesOf(node).map(answerLimit));
    if (limit !== undefined) return { tokens: limit };
  }
  if (node !== undefined && bodyOf(checked.graph, node.id) !== undefined) {
    const value = checked.scopeOf(node).output(node.id, String(rest[0]?.key));
    return rest[0]?.key === 'index'
      ? { tokens: longestNumber }
      : boundOfMember(value?.schema ?? {}, rest.slice(1), written);
  }
  const called = node === undefined ? undefined : checked.calls.get(node.id);
  return called === undefined ? { unlimited: written } : boundOfMember(answerType(called), rest.slice(1), written);
}

function boundOfMember(whole: JsonSchema, segments: readonly PathSegment[], written: string): Bound {
  let schema = whole;
  for (const { key } of segments) {
    const member = memberOf(schema, key);
    if (member === undefined || member === 'unknown') return { unlimited: written };
    ({ schema } = member);
  }
  return boundOfValue(schema, written);
}

/** Of a value that fits a schema. @param written what it is called where nothing limits it */
export function boundOfValue(schema: JsonSchema, written: string): Bound {
  const tokens = longest(schema);
  return tokens === undefined ? { unlimited: written } : { tokens };
}

/** Bytes of what `now()` and `uuid()` give. */
const longestCalled = 36;

/** A double has no more characters in JSON. */
const longestNumber = 25;

/** The bytes of the longest value that fits a schema; undefined when there is none. */
function longest(given: JsonSchema): number | undefined {
  const schema = meaningOf(given);
  const values = schema.const === undefined ? schema.enum : [schema.const];
  if (values !== undefined) return Math.max(...values.map((value: Json) => bytesOf(JSON.stringify(value))));
  if (schema.anyOf !== undefined) return greatest(schema.anyOf.map(longest));
  return greatest(typesOf(schema).map((type) => longestOfType(schema, type)));
}

function longestOfType(schema: JsonSchema, type: string): number | undefined {
  if (type === 'null' || type === 'boolean') return 5;
  if (type === 'number') return longestNumber;
  if (type === 'integer')
    return schema.maximum === undefined || schema.minimum === undefined ? undefined : longestNumber;
  if (type === 'string') return schema.maxLength === undefined ? undefined : 4 * schema.maxLength;
  return undefined;
}

function greatest(lengths: readonly (number | undefined)[]): number | undefined {
  return lengths.length === 0 || lengths.includes(undefined)
    ? undefined
    : Math.max(...lengths.map((length) => length ?? 0));
}
