import { suggest } from '../suggest.ts';

/** Words that Catalyst goes by. */
const understood = words(`$ref $defs definitions type enum const allOf anyOf oneOf not if then else dependentSchemas
  dependentRequired prefixItems items contains minContains maxContains properties patternProperties additionalProperties
  propertyNames required minProperties maxProperties minItems maxItems uniqueItems minimum maximum exclusiveMinimum
  exclusiveMaximum multipleOf minLength maxLength pattern default`);

/**
 * Words that only tell something to a reader: those of JSON Schema and its older drafts, and those that OpenAPI and editors add.
 * Sources: https://json-schema.org/draft/2020-12/json-schema-validation#section-9, https://spec.openapis.org/oas/v3.1.0#schema-object
 */
const annotations = words(`$schema $id $comment $anchor $vocabulary id title description examples deprecated readOnly
  writeOnly format contentEncoding contentMediaType contentSchema example discriminator externalDocs xml
  markdownDescription enumDescriptions markdownEnumDescriptions enumNames defaultSnippets errorMessage
  deprecationMessage propertyOrdering`);

/** What to write instead of words that say something Catalyst does not go by. */
const alternatives: ReadonlyMap<string, string> = new Map([
  ['nullable', 'Write `"type": ["string", "null"]`, or `anyOf` with `{"type": "null"}`.'],
  ['optional', 'A property is optional unless `required` of the object names it.'],
  ['dependencies', 'Write `dependentRequired` for names, `dependentSchemas` for schemas.'],
  ['additionalItems', 'Write `prefixItems` for the first items and `items` for the others.'],
  ['unevaluatedItems', 'Write `"items": false` beside `prefixItems`.'],
  ['unevaluatedProperties', 'Write all properties into one schema, with `"additionalProperties": false`.'],
  ['$dynamicRef', 'Write `$ref` with the place of the definition: `"#/$defs/Name"`.'],
  ['$recursiveRef', 'Write `"$ref": "#"`.'],
  ['$dynamicAnchor', 'Put the schema into `$defs`, and refer to it with `"$ref": "#/$defs/Name"`.'],
  ['$recursiveAnchor', 'Remove it, and write `"$ref": "#"` where the schema holds itself.'],
]);

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** What a word of a schema is to Catalyst. */
export type SchemaWord =
  | { readonly kind: 'known' }
  /** It says something that would be lost. */
  | { readonly kind: 'unsupported'; readonly alternative: string; readonly suggestion?: string | undefined }
  /** No word of JSON Schema, so that it says nothing. */
  | { readonly kind: 'unknown' };

/** What JSON Schema or one of its drafts defines is no misspelling of another of its words. */
export function schemaWord(word: string): SchemaWord {
  if (understood.has(word) || annotations.has(word) || word.startsWith('x-')) return { kind: 'known' };
  const alternative = alternatives.get(word);
  if (alternative !== undefined) return { kind: 'unsupported', alternative };
  const suggestion = suggest(word, understood);
  if (suggestion === undefined) return { kind: 'unknown' };
  return { kind: 'unsupported', alternative: `Write \`${suggestion}\`, or remove it.`, suggestion };
}
