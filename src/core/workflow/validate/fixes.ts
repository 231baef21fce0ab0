import type { Fix } from '../diagnostics/diagnostic.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { Span } from '../expressions/syntax.ts';
import type { Json, JsonPath } from '../json.ts';

/** Puts another value in the place of the one at `path`; undefined when there is nothing to put there or nothing there. */
export function changeTo(reporter: Reporter, path: JsonPath, value: Json | undefined): Fix | undefined {
  if (value === undefined || !reporter.source.has(path)) return undefined;
  const title = `Change it to ${typeof value === 'string' ? `\`${value}\`` : JSON.stringify(value)}`;
  return { title, edits: [reporter.source.replaceValue(path, JSON.stringify(value))] };
}

/** Removes a property or an item. */
export function remove(reporter: Reporter, path: JsonPath, title: string): Fix | undefined {
  const edit = reporter.source.remove(path);
  return edit === undefined ? undefined : { title, edits: [edit] };
}

/** Puts another name in the place of one inside an expression. */
export function replacePart(reporter: Reporter, path: JsonPath, span: Span, name: string | undefined): Fix | undefined {
  return name === undefined
    ? undefined
    : { title: `Change it to \`${name}\``, edits: [reporter.source.replaceWithin(path, span, name)] };
}
