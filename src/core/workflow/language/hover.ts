import { filters } from '../expressions/filters.ts';
import { filterNames, type PathRoot, type Span } from '../expressions/syntax.ts';
import { registry } from '../nodes/registry.ts';
import type { CheckContext } from '../validate/context.ts';
import { expressionAt, isSymbol, type WrittenPath } from './expressionAt.ts';
import { typeAt, typeText, type Reader } from './readableTypes.ts';

/** What stands at a place of an expression. */
export interface Hover {
  readonly span: Span;
  readonly title: string;
  /** Its type, in a few words. */
  readonly type: string | undefined;
  readonly documentation: string | undefined;
  /** It may be missing when the expression is worked out. */
  readonly mayBeMissing: boolean;
  /** The path whose value it is. */
  readonly path: { readonly root: PathRoot; readonly keys: readonly (string | number)[] } | undefined;
}

/** What is known of the name at an offset of a text. @param reader the node whose config has the text */
export function hoverAt(context: CheckContext, reader: Reader, text: string, offset: number): Hover | undefined {
  const tokens = expressionAt(text, offset)?.tokens ?? [];
  const index = tokens.findIndex(({ token }) => token.span.start <= offset && offset < token.span.end);
  const { token, path } = tokens[index] ?? {};
  if (token === undefined) return undefined;
  if (token.kind === 'name' && isSymbol(tokens[index - 1]?.token, '|')) return filterHover(token.text, token.span);
  if (path === undefined || token.kind === 'symbol') return undefined;
  return pathHover(context, reader, text, path);
}

function filterHover(text: string, span: Span): Hover | undefined {
  const name = filterNames.find((known) => known === text);
  if (name === undefined) return undefined;
  const { gives, description } = filters[name];
  return {
    span,
    title: `| ${name}`,
    type: gives === undefined ? undefined : typeText({ type: gives }),
    documentation: description,
    mayBeMissing: false,
    path: undefined,
  };
}

function pathHover(context: CheckContext, reader: Reader, text: string, path: WrittenPath): Hover {
  const { root, keys, span } = path;
  const title = text.slice(span.start, span.end);
  const type = typeAt(context, reader, path);
  const node = root === 'nodes' && keys.length > 0 ? context.graph.nodes.get(String(keys[0])) : undefined;
  const definition = node === undefined ? undefined : registry[node.type];
  const namesNode = keys.length <= 1 && definition !== undefined;
  return {
    span,
    title,
    type: type === undefined ? undefined : typeText(type.schema),
    documentation:
      type?.schema.description ?? (namesNode ? `${definition.name}: ${definition.description}` : undefined),
    mayBeMissing: type !== undefined && !type.certain && root !== 'env',
    path: { root, keys },
  };
}
