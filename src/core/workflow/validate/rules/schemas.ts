import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { meaningOf, schemasInside, typesOf, type JsonSchema, type JsonTypeName } from '../../jsonSchema.ts';
import { misfit } from '../../schemaFit.ts';
import { SchemaReferences } from '../../schemaReferences.ts';
import { suggest } from '../../suggest.ts';
import { inputOf, isTrigger } from '../../trigger.ts';
import { changeTo } from '../fixes.ts';
import { modelNodes, nodesOfType, outsideNodes, queryNodes, type NodeContext, type NodeRule } from '../context.ts';
import { patternProblem } from '../pattern.ts';
import { schemaWord } from '../schemaVocabulary.ts';

/** Each level becomes a class of the generated code. */
const depthLimit = 16;

/** They may all be inside of each other. */
const referenceLimit = 400;

/** Schemas that contradict themselves, or say what cannot be kept. */
export const schemas: NodeRule = (context, reporter) => {
  for (const { schema, path, isTold } of schemasOf(context)) new SchemaCheck(reporter, schema, isTold).check(path);
};

interface PlacedSchema {
  readonly schema: JsonSchema;
  readonly path: JsonPath;
  /** It says what a model is told or answers; otherwise a Python class is made of it. */
  readonly isTold: boolean;
}

function schemasOf(context: NodeContext): readonly PlacedSchema[] {
  const inputs = context.nodes.filter(isTrigger).map((node) => ({
    schema: inputOf(node),
    path: context.pathOf(node, 'config', 'inputSchema'),
    isTold: false,
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
        schema === undefined ? [] : [{ schema, path: [...path, ...at, 'parameters'], isTold: true }],
      ),
      ...(typeof format === 'object'
        ? [{ schema: format.schema, path: [...path, 'responseFormat', 'schema'], isTold: true }]
        : []),
    ];
  });
  const answers = outsideNodes(context).flatMap((node) => {
    const [key, schema] =
      node.type === 'httpRequest'
        ? (['answerSchema', node.config.answerSchema] as const)
        : (['dataSchema', node.config.dataSchema] as const);
    return schema === undefined ? [] : [{ schema, path: context.pathOf(node, 'config', key), isTold: true }];
  });
  const rows = queryNodes(context).flatMap((node) => {
    const { rowSchema: schema } = node.config;
    return schema === undefined ? [] : [{ schema, path: context.pathOf(node, 'config', 'rowSchema'), isTold: true }];
  });
  const validated = nodesOfType(context, 'validate').map((node) => ({
    schema: node.config.schema,
    path: context.pathOf(node, 'config', 'schema'),
    isTold: true,
  }));
  const payloads = nodesOfType(context, 'qdrantSearch').flatMap((node) => {
    const { payloadSchema: schema } = node.config;
    return schema === undefined
      ? []
      : [{ schema, path: context.pathOf(node, 'config', 'payloadSchema'), isTold: true }];
  });
  return [...inputs, ...models, ...answers, ...rows, ...validated, ...payloads];
}

/** Words whose schemas go on about the value of the schema that has them, which may declare what these only mention. */
const partWords: ReadonlySet<string> = new Set('anyOf oneOf allOf not if then else dependentSchemas'.split(' '));

/** The check of one whole schema. */
class SchemaCheck {
  readonly #reporter: Reporter;
  readonly #root: JsonSchema;
  readonly #isTold: boolean;
  readonly #references: SchemaReferences;

  constructor(reporter: Reporter, root: JsonSchema, isTold: boolean) {
    this.#reporter = reporter;
    this.#root = root;
    this.#isTold = isTold;
    this.#references = new SchemaReferences(root);
  }

  check(path: JsonPath): void {
    const count = new Set(this.#references.targets.values()).size;
    if (count > referenceLimit)
      this.#reporter.report('too-many-references', { count, limit: referenceLimit }, { path });
    this.#visit(this.#root, path, 1, false);
  }

  #visit(schema: JsonSchema, path: JsonPath, depth: number, isPart: boolean): void {
    if (depth > depthLimit) {
      this.#reporter.report('schema-too-deep', { limit: depthLimit }, { path });
      return;
    }
    checkWords(this.#reporter, schema, path);
    this.#checkReference(schema, path);
    if (!isPart) checkRequired(this.#reporter, schema, path);
    checkRanges(this.#reporter, schema, path);
    checkKeywords(this.#reporter, schema, path);
    this.#checkValues(schema, path);
    this.#checkPatterns(schema, path);
    for (const name of Object.keys(schema.properties ?? {}))
      if (name === '' || name.length > 100)
        this.#reporter.report('invalid-property-name', { name }, { path: [...path, 'properties', name], at: 'key' });
    for (const [inner, word, ...rest] of schemasInside(schema)) {
      const level = word === '$defs' || word === 'definitions' ? 1 : depth + 1;
      this.#visit(inner, [...path, word, ...rest], level, partWords.has(word));
    }
  }

  #checkReference(schema: JsonSchema, path: JsonPath): void {
    const problem = this.#references.problems.get(schema);
    if (schema.$ref === undefined || problem === undefined) return;
    const known = (['$defs', 'definitions'] as const).flatMap((word) =>
      Object.keys(this.#root[word] ?? {}).map((name) => `#/${word}/${name}`),
    );
    const place = [...path, '$ref'];
    const suggestion = problem === 'nowhere' ? suggest(schema.$ref, known) : undefined;
    const fixes = [changeTo(this.#reporter, place, suggestion)];
    this.#reporter.report(
      'schema-reference',
      { reference: schema.$ref, problem, known },
      { path: place },
      { suggestion, fixes },
    );
  }

  #checkPatterns(schema: JsonSchema, path: JsonPath): void {
    const patterns = Object.keys(schema.patternProperties ?? {}).map((pattern) => ({
      pattern,
      place: { path: [...path, 'patternProperties', pattern], at: 'key' as const },
    }));
    const own =
      schema.pattern === undefined ? [] : [{ pattern: schema.pattern, place: { path: [...path, 'pattern'] } }];
    for (const { pattern, place } of [...own, ...patterns]) {
      const problem = patternProblem(pattern, this.#isTold);
      if (problem !== undefined) this.#reporter.report('invalid-pattern', { pattern, problem }, place);
    }
  }

  /** A default, and the allowed values, must fit what the rest of the schema says. */
  #checkValues(schema: JsonSchema, path: JsonPath): void {
    const rest: JsonSchema = { ...schema, enum: undefined, const: undefined };
    const values = [
      ...(schema.default === undefined
        ? []
        : [{ keyword: 'default', value: schema.default, within: schema, at: ['default'] }]),
      ...(schema.const === undefined ? [] : [{ keyword: 'const', value: schema.const, within: rest, at: ['const'] }]),
      ...(schema.enum ?? []).map((value, index) => ({ keyword: 'enum', value, within: rest, at: ['enum', index] })),
    ];
    const code = this.#isTold ? 'misleading-default' : 'default-mismatch';
    for (const { keyword, value, within, at } of values) {
      const problem = misfit(value, within);
      if (problem !== undefined)
        this.#reporter.report(code, { keyword, value: shown(value), problem }, { path: [...path, ...at] });
    }
  }
}

function checkWords(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  for (const keyword of Object.keys(schema)) {
    const word = schemaWord(keyword);
    if (word.kind === 'known') continue;
    const place = { path: [...path, keyword], at: 'key' as const };
    if (word.kind === 'unknown') {
      reporter.report('unknown-schema-keyword', { keyword }, place);
      continue;
    }
    const { alternative, suggestion } = word;
    const fixes = [
      suggestion === undefined || reporter.source.has([...path, suggestion])
        ? undefined
        : { title: `Write \`${suggestion}\``, edits: [reporter.source.renameKey(place.path, suggestion)] },
    ];
    reporter.report('unsupported-schema-keyword', { keyword, alternative }, place, { suggestion, fixes });
  }
}

function checkRequired(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  const { properties = {}, additionalProperties: others } = meaningOf(schema);
  if (others === true || typeof others === 'object') return;
  const known = Object.keys(properties);
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
  ['minContains', 'maxContains', false],
  ['minProperties', 'maxProperties', false],
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
const lists = [
  'minItems',
  'maxItems',
  'uniqueItems',
  'prefixItems',
  'items',
  'contains',
  'minContains',
  'maxContains',
] as const;
const objects = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'required',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
] as const;
const keywordTypes = [
  ...numeric.map((keyword) => [keyword, ['number', 'integer'], 'numbers'] as const),
  ...(['minLength', 'maxLength', 'pattern'] as const).map((keyword) => [keyword, ['string'], 'text'] as const),
  ...lists.map((keyword) => [keyword, ['array'], 'arrays'] as const),
  ...objects.map((keyword) => [keyword, ['object'], 'objects'] as const),
] satisfies readonly (readonly [keyof JsonSchema, readonly JsonTypeName[], string])[];

function checkKeywords(reporter: Reporter, schema: JsonSchema, path: JsonPath): void {
  const types = typesOf(schema);
  if (types.length === 0) return;
  for (const [keyword, fitting, belongsTo] of keywordTypes) {
    if (schema[keyword] === undefined || fitting.some((type: JsonTypeName) => types.includes(type))) continue;
    reporter.report(
      'misplaced-schema-keyword',
      { keyword, types: typeWords(types), belongsTo },
      { path: [...path, keyword], at: 'key' },
    );
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return `\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\``;
}
