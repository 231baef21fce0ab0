import type { Fix } from '../diagnostics/diagnostic.ts';
import type { Reporter } from '../diagnostics/report.ts';
import type { SourceDocument } from '../source/SourceDocument.ts';
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

/** Takes a disabled node in again. @param path where it stands */
export function enable(reporter: Reporter, path: JsonPath): Fix | undefined {
  return remove(reporter, [...path, 'disabled'], 'Enable it');
}

/** Puts another name in the place of one inside an expression. */
export function replacePart(reporter: Reporter, path: JsonPath, span: Span, name: string | undefined): Fix | undefined {
  return name === undefined
    ? undefined
    : { title: `Change it to \`${name}\``, edits: [reporter.source.replaceWithin(path, span, name)] };
}

/** A JSON text to stand at `path`: in one line while it is short, otherwise indented as the line it begins in. */
export function json(source: SourceDocument, path: JsonPath, value: unknown): string {
  const short = JSON.stringify(value);
  if (short.length <= 80) return short;
  const line = source.lines.textOf(source.value(path).line);
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  return JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);
}
