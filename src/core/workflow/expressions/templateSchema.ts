import * as z from 'zod';

import { formHints } from '../formHints.ts';
import type { Json, JsonPath } from '../json.ts';
import { parseTemplate } from './parser.ts';
import { Template, type TemplateJson } from './syntax.ts';

/** A string that may hold `{{ … }}`. Syntax problems stay inside the template: `check` reports them with their place. */
export const templateString = z
  .string()
  .transform((text): Template => parseTemplate(text))
  .register(formHints, { editor: 'template' });

function toTemplateJson(value: Json): TemplateJson {
  if (typeof value === 'string') return parseTemplate(value);
  if (Array.isArray(value)) return value.map(toTemplateJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toTemplateJson(item)]));
  }
  return value;
}

/** Any JSON; expressions may stand in every string of it. */
export const templateJson = z
  .json()
  .transform((value): TemplateJson => toTemplateJson(value as Json))
  .register(formHints, { editor: 'templateJson' });

/** A number, or a string that is one expression which gives a number. */
export function templateNumber<S extends z.ZodNumber>(number: S): z.ZodUnion<readonly [S, typeof templateString]> {
  return z.union([number, templateString]);
}

/** A template inside a config value, with the path that leads to it. */
export interface FoundTemplate {
  readonly template: Template;
  readonly path: JsonPath;
}

/** Every template inside a config value, in its order. */
export function templatesIn(config: unknown): readonly FoundTemplate[] {
  const found: FoundTemplate[] = [];
  const path: (string | number)[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (value instanceof Template) {
      found.push({ template: value, path: [...path] });
      return;
    }
    const enter = (key: string | number, item: unknown): void => {
      if (typeof item !== 'object') return;
      path.push(key);
      visit(item);
      path.pop();
    };
    if (Array.isArray(value)) value.forEach((item, index) => enter(index, item));
    else for (const key of Object.keys(value)) enter(key, (value as Record<string, unknown>)[key]);
  };
  visit(config);
  return found;
}
