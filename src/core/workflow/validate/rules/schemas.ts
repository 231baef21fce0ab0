import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { typesOf, type JsonSchema, type JsonTypeName } from '../../jsonSchema.ts';
import { misfit } from '../../schemaFit.ts';
import { suggest } from '../../suggest.ts';
import { changeTo } from '../fixes.ts';
import { modelNodes, nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { patternProblem } from '../pattern.ts';

/** Each level becomes a class of the generated code. */
const depthLimit = 16;

/** Schemas that contradict themselves. */
export const schemas: NodeRule = (context, reporter) => {
  for (const { schema, path } of schemasOf(context)) checkSchema(reporter, schema, path, 1);
};

function schemasOf(context: NodeContext): readonly { readonly schema: JsonSchema; readonly path: JsonPath }[] {
  const inputs = nodesOfType(context, 'httpEndpoint').map((node) => ({
    schema: node.config.inputSchema,
    path: context.pathOf(node, 'config', 'inputSchema'),
  }));
  const models = modelNodes(context).flatMap((node) => {
    const { functions, tools, responseFormat: format } = node.config;
    const path = context.pathOf(node, 'config');
    const declared = [
      ...functions.map(({ parameters }, index) => ({ parameters, at: ['functions', index] })),
      ...tools.map(({ parameters }, index) => ({ parameters, at: ['tools', index] })),
    ];
    return [
      ...declared.flatMap(({ parameters: schema, at }) =>
        schema === undefined ? [] : [{ schema, path: [...path, ...at, 'parameters'] }],
      ),
      ...(typeof format === 'object' ? [{ schema: format.schema, path: [...path, 'responseFormat', 'schema'] }] : []),
    ];
  });
  return [...inputs, ...models];
}

function checkSchema(reporter: Reporter, schema: JsonSchema, path: JsonPath, depth: number): void {
  if (depth > depthLimit) {
    reporter.report('schema-too-deep', { limit: depthLimit }, { path });
    return;
  }
  checkRequired(reporter, schema, path);
  checkRanges(reporter, schema, path);
  checkKeywords(reporter, schema, path);
  checkValues(reporter, schema, path);
  const problem = schema.pattern === undefined ? undefined : patternProblem(schema.pattern);
  if (schema.pattern !== undefined && problem !== undefined) {
    reporter.report('invalid-pattern', { pattern: schema.pattern, problem }, { path: [...path, 'pattern'] });
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const inside = [...path, 'properties', name];
    if (name === '' || name.length > 100)
      reporter.report('invalid-property-name', { name }, { path: inside, at: 'key' });
    checkSchema(reporter, property, inside, depth + 1);
  }
  if (schema.items !== undefined) checkSchema(reporter, schema.items, [...path, 'items'], depth + 1);
  if (typeof schema.additionalProperties === 'object')
    checkSchema(reporter, schema.additionalProperties, [...path, 'additionalProperties'], depth + 1);
  for (const [index, option] of (schema.anyOf ?? []).entries())
    checkSchema(reporter, option, [...path, 'anyOf', index], depth + 1);
}

function checkRequired(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  const known = Object.keys(schema.properties ?? {});
  for (const [index, property] of (schema.required ?? []).entries()) {
    if (known.includes(property)) continue;
    const place = [...path, 'required', index];
    const suggestion = suggest(property, known);
    reporter.report(
      'required-undeclared-property',
      { property, known },
      { path: place },
      { suggestion, fixes: [changeTo(reporter, place, suggestion)] },
    );
  }
}

const ranges = [
  ['minimum', 'maximum', false],
  ['exclusiveMinimum', 'maximum', true],
  ['minimum', 'exclusiveMaximum', true],
  ['exclusiveMinimum', 'exclusiveMaximum', true],
  ['minLength', 'maxLength', false],
  ['minItems', 'maxItems', false],
] as const;

function checkRanges(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  for (const [low, high, open] of ranges) {
    const [lowValue, highValue] = [schema[low], schema[high]];
    if (lowValue === undefined || highValue === undefined || lowValue < highValue || (!open && lowValue === highValue))
      continue;
    reporter.report('empty-range', { low, high, lowValue, highValue }, { path: [...path, low] });
  }
}

const numeric = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'] as const;
const keywordTypes: readonly (readonly [
  keyword: keyof JsonSchema,
  types: readonly JsonTypeName[],
  belongsTo: string,
])[] = [
  ...numeric.map((keyword) => [keyword, ['number', 'integer'], 'numbers'] as const),
  ['minLength', ['string'], 'text'],
  ['maxLength', ['string'], 'text'],
  ['pattern', ['string'], 'text'],
  ['minItems', ['array'], 'arrays'],
  ['maxItems', ['array'], 'arrays'],
  ['items', ['array'], 'arrays'],
  ['properties', ['object'], 'objects'],
  ['required', ['object'], 'objects'],
  ['additionalProperties', ['object'], 'objects'],
];

function checkKeywords(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  const types = typesOf(schema);
  if (types.length === 0) return;
  for (const [keyword, fitting, belongsTo] of keywordTypes) {
    if (schema[keyword] === undefined || fitting.some((type) => types.includes(type))) continue;
    reporter.report(
      'misplaced-schema-keyword',
      { keyword, types: typeWords(types), belongsTo },
      { path: [...path, keyword], at: 'key' },
    );
  }
}

/** A default, and the allowed values, must fit what the rest of the schema says. */
function checkValues(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  const rest: JsonSchema = { ...schema, enum: undefined, const: undefined };
  const values = [
    ...(schema.default === undefined
      ? []
      : [{ keyword: 'default', value: schema.default, within: schema, at: ['default'] }]),
    ...(schema.const === undefined ? [] : [{ keyword: 'const', value: schema.const, within: rest, at: ['const'] }]),
    ...(schema.enum ?? []).map((value, index) => ({ keyword: 'enum', value, within: rest, at: ['enum', index] })),
  ];
  for (const { keyword, value, within, at } of values) {
    const problem = misfit(value, within);
    if (problem !== undefined)
      reporter.report('default-mismatch', { keyword, value: shown(value), problem }, { path: [...path, ...at] });
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
