import { evaluate, memberAt, type RootValue } from '../expressions/evaluate.ts';
import { parseTemplate } from '../expressions/parser.ts';
import type { Expression, PathRoot } from '../expressions/syntax.ts';
import { isRecord, MissingValue, textOf, Unknown, ValueError, type Value } from '../expressions/values.ts';
import type { Json } from '../json.ts';

/** What expressions read: of a run, or samples. */
export interface KnownValues {
  readonly input: Json | undefined;
  /** What each node gave, by its id. */
  readonly nodes: ReadonlyMap<string, Json>;
  readonly env: ReadonlyMap<string, string>;
}

/** A piece of a text that is filled in. */
export type PreviewPart =
  | { readonly kind: 'text' | 'value'; readonly text: string }
  /** What has no value yet: the expression as it is written. */
  | { readonly kind: 'unknown'; readonly text: string; readonly why: string };

/** A text with its expressions filled in, as far as values are known. */
export function previewOf(text: string, values: KnownValues): readonly PreviewPart[] {
  const rootValue = rootValueOf(values);
  const { parts, problems } = parseTemplate(text);
  const shown = parts.map((part): PreviewPart =>
    part.kind === 'text' ? { kind: 'text', text: part.text } : valuePart(part.expression, part.source, rootValue),
  );
  const broken = problems.map(({ message, span }): PreviewPart => {
    return { kind: 'unknown', text: text.slice(span.start, span.end), why: message };
  });
  return [...shown, ...broken];
}

function valuePart(expression: Expression, source: string, rootValue: RootValue): PreviewPart {
  try {
    const text = textOf(evaluate(expression, rootValue));
    return text instanceof Unknown
      ? { kind: 'unknown', text: source, why: 'Known when it runs.' }
      : { kind: 'value', text };
  } catch (error) {
    if (error instanceof MissingValue)
      return { kind: 'unknown', text: source, why: 'No run has given this value yet.' };
    if (error instanceof ValueError) return { kind: 'unknown', text: source, why: error.message };
    throw error;
  }
}

/** What a path leads to; undefined when that is not known. */
export function valueAtPath(
  values: KnownValues,
  { root, keys }: { readonly root: PathRoot; readonly keys: readonly (string | number)[] },
): Json | undefined {
  const span = { start: 0, end: 0 };
  const segments = keys.map((key) => ({ key, span }));
  const rootKeys = root === 'nodes' ? 2 : root === 'env' ? 1 : 0;
  if (keys.length < rootKeys) return undefined;
  let value = rootValueOf(values)({ kind: 'path', root, segments, span });
  for (const key of keys.slice(rootKeys)) value = value === undefined ? undefined : memberAt(value, key);
  // Values are made of JSON and stay such where nothing is worked out.
  return value as Json | undefined;
}

function rootValueOf({ input, nodes, env }: KnownValues): RootValue {
  return (read) => {
    if (read.kind === 'call') return undefined;
    const { root, segments } = read;
    const [first, second] = segments.map(({ key }) => String(key));
    if (root === 'input') return input;
    if (root === 'caller') return undefined;
    if (first === undefined) return undefined;
    if (root === 'env') return env.get(first);
    const value: Value | undefined = nodes.get(first);
    if (value === undefined || second === undefined || second === 'output') return value;
    // What a node gives at its other handles is part of what it gives at its output.
    return isRecord(value) && Object.hasOwn(value, second) ? value[second] : undefined;
  };
}
