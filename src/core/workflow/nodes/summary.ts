import type { Json } from '../json.ts';

/** Longer texts are cut: a canvas has one line for them. */
const limit = 80;

/** A value of a config in one line: the first of a text, and JSON for all else. */
export function asText(value: Json | undefined): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const [line = ''] = text.trim().split(/[\r\n]/, 1);
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** The first text there is in a value. */
export function firstText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return asText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => firstText(item as Json)).find((text) => text !== undefined);
  const { content, text } = value as { readonly content?: Json; readonly text?: Json };
  return firstText(content ?? text);
}
