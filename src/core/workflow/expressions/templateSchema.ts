import * as z from 'zod';

import type { Json } from '../json.ts';
import { parseTemplate } from './parser.ts';
import { Template, type TemplateJson } from './syntax.ts';

/** A string that may hold `{{ … }}`. Syntax problems stay inside the template: `check` reports them with their place. */
export const templateString = z.string().transform((text): Template => parseTemplate(text));

function toTemplateJson(value: Json): TemplateJson {
  if (typeof value === 'string') return parseTemplate(value);
  if (Array.isArray(value)) return value.map(toTemplateJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toTemplateJson(item)]));
  }
  return value;
}

/** Any JSON; expressions may stand in every string of it. */
export const templateJson = z.json().transform((value): TemplateJson => toTemplateJson(value as Json));

/** A number, or a string that is one expression which gives a number. */
export function templateNumber<S extends z.ZodNumber>(number: S): z.ZodUnion<readonly [S, typeof templateString]> {
  return z.union([number, templateString]);
}

/** Every template inside a config value, with the path that leads to it. */
export function* templatesIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): Generator<{ template: Template; path: readonly (string | number)[] }> {
  if (value instanceof Template) {
    yield { template: value, path };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* templatesIn(item, [...path, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) yield* templatesIn(item, [...path, key]);
  }
}
