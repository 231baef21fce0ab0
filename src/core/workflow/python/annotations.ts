import { anyOfSchemas, unknownSchema, type JsonSchema } from '../jsonSchema.ts';

const simple: ReadonlyMap<string, JsonSchema> = new Map([
  ['str', { type: 'string' }],
  ['int', { type: 'integer' }],
  ['float', { type: 'number' }],
  ['bool', { type: 'boolean' }],
  ['None', { type: 'null' }],
  ['list', { type: 'array' }],
  ['dict', { type: 'object' }],
]);

/**
 * The schema of the JSON values that a Python annotation allows, made of `str`, `int`, `float`, `bool`, `None`, `list[…]`,
 * `dict[str, …]` and `|`. One that nothing is known of for any other: what a name means is known only to who runs the module.
 */
export function schemaOfAnnotation(annotation: string): JsonSchema {
  const options = splitAt(annotation, '|');
  if (options.length > 1) return anyOfSchemas(options.map(schemaOfAnnotation));
  const text = annotation.trim();
  const known = simple.get(text);
  if (known !== undefined) return known;
  const [, list] = /^list\[(.*)\]$/s.exec(text) ?? [];
  if (list !== undefined) return { type: 'array', items: schemaOfAnnotation(list) };
  const [key, value, ...more] = splitAt(/^dict\[(.*)\]$/s.exec(text)?.[1] ?? '', ',');
  if (key?.trim() !== 'str' || value === undefined || more.length > 0) return unknownSchema;
  return { type: 'object', additionalProperties: schemaOfAnnotation(value) };
}

/** The parts between separators that stand in no brackets. */
function splitAt(text: string, separator: '|' | ','): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const [index, character] of [...text].entries()) {
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (character !== separator || depth > 0) continue;
    parts.push([...text].slice(from, index).join(''));
    from = index + 1;
  }
  return [...parts, [...text].slice(from).join('')];
}
