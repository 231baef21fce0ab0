import { anyOfSchemas, type JsonSchema } from '../jsonSchema.ts';
import { Template, type TemplateJson } from './syntax.ts';
import { typeOfExpression, type TypeScope } from './types.ts';

/** The static type of JSON with templates filled in: of what it gives, if it gives anything. */
export function typeOfTemplateJson(value: TemplateJson, scope: TypeScope): JsonSchema {
  if (value instanceof Template) return typeOfTemplate(value, scope);
  if (isList(value)) return listOf(value.map((item) => typeOfTemplateJson(item, scope)));
  if (typeof value !== 'object' || value === null) return { const: value };
  const properties = Object.entries(value).map(([key, item]) => [key, typeOfTemplateJson(item, scope)] as const);
  return {
    type: 'object',
    required: Object.keys(value),
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function typeOfTemplate(template: Template, scope: TypeScope): JsonSchema {
  if (template.constant !== undefined) return { const: template.constant };
  return template.single === undefined ? { type: 'string' } : typeOfExpression(template.single, scope).schema;
}

function listOf(items: readonly JsonSchema[]): JsonSchema {
  const type = { type: 'array', minItems: items.length, maxItems: items.length } as const;
  return items.length === 0 ? type : { ...type, items: anyOfSchemas(items) };
}

function isList(value: TemplateJson): value is readonly TemplateJson[] {
  return Array.isArray(value);
}
