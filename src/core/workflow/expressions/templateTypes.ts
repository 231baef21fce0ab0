import type { JsonSchema } from '../jsonSchema.ts';
import { Template, type TemplateJson } from './syntax.ts';
import { listOf, objectOf, typeOfExpression, type TypeScope } from './types.ts';

/** The static type of JSON with templates filled in: of what it gives, if it gives anything. */
export function typeOfTemplateJson(value: TemplateJson, scope: TypeScope): JsonSchema {
  if (value instanceof Template) return typeOfTemplate(value, scope);
  if (isList(value)) return listOf(value.map((item) => typeOfTemplateJson(item, scope)));
  if (typeof value !== 'object' || value === null) return { const: value };
  return objectOf(new Map(Object.entries(value).map(([key, item]) => [key, typeOfTemplateJson(item, scope)])));
}

function typeOfTemplate(template: Template, scope: TypeScope): JsonSchema {
  if (template.constant !== undefined) return { const: template.constant };
  return template.single === undefined ? { type: 'string' } : typeOfExpression(template.single, scope).schema;
}

function isList(value: TemplateJson): value is readonly TemplateJson[] {
  return Array.isArray(value);
}
