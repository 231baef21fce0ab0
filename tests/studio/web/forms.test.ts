import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { setValue } from '../../../src/core/workflow/edits/index.ts';
import {
  check,
  nodeTypes,
  parse,
  registry,
  type Json,
  type JsonPath,
  type NodeDefinition,
} from '../../../src/core/workflow/index.ts';
import { openai } from '../../../src/core/workflow/models/openai/openai.ts';
import { readJsonText } from '../../../src/studio/web/editors/jsonProblem.ts';
import { prettyJson } from '../../../src/studio/web/editors/prettyJson.ts';
import {
  fieldOf,
  firstValue,
  fits,
  optionFor,
  titleOf,
  type Field,
} from '../../../src/studio/web/properties/model/field.ts';
import { placeFindings, placeKey } from '../../../src/studio/web/properties/model/findings.ts';
import { stepFieldOf } from '../../../src/studio/web/properties/model/stepField.ts';
import { layoutOf } from '../../../src/studio/web/properties/model/layout.ts';
import { limitsOf, numberProblem, whyNotTaken } from '../../../src/studio/web/properties/model/limits.ts';
import {
  rowsOf,
  withName,
  withNewProperty,
  withoutProperty,
  withType,
  type RowType,
  type SchemaChange,
} from '../../../src/studio/web/properties/model/schemaTable.ts';

const support = readFileSync('examples/support-chat/support-chat.workflow.json', 'utf8');

function fieldsOf(type: keyof typeof registry): ReadonlyMap<string, Field> {
  const { shape } = fieldOf(registry[type].configSchema);
  if (shape.kind !== 'object') throw new Error(`${type} has no object for its config.`);
  return shape.fields;
}

function field(type: keyof typeof registry, ...path: readonly string[]): Field {
  let fields = fieldsOf(type);
  let found: Field | undefined;
  for (const key of path) {
    found = fields.get(key);
    if (found?.shape.kind === 'object') ({ fields } = found.shape);
  }
  if (found === undefined) throw new Error(`There is no field ${path.join('.')}.`);
  return found;
}

/** Every field inside of one, with itself. */
function all(one: Field): readonly Field[] {
  const { shape } = one;
  switch (shape.kind) {
    case 'object':
      return [one, ...[...shape.fields.values()].flatMap(all)];
    case 'record':
      return [one, ...all(shape.value)];
    case 'list':
      return [one, ...all(shape.item)];
    case 'union':
      return [one, ...shape.options.flatMap((option) => all(option.field))];
    default:
      return [one];
  }
}

describe('forms from schemas', () => {
  test.each(nodeTypes)('%s has a widget for every value, and something to read at each', (type) => {
    const definition: NodeDefinition = registry[type];
    const config = fieldOf(definition.configSchema);
    expect(all(config).filter(({ shape }) => shape.kind === 'json')).toEqual([]);
    expect([...fieldsOf(type)].filter(([, { description }]) => description === undefined)).toEqual([]);
    expect(fits(config, definition.defaultConfig as Json)).toBe(true);
  });

  test('the form of a model node begins with a few fields and can be added to', () => {
    const { groups, addable } = layoutOf(fieldsOf('openaiCompletion'), { model: 'gpt-5.4-mini' }, new Set());
    expect(groups.map(({ title, fields }) => [title, fields.map(({ key }) => key)])).toEqual([
      [undefined, ['model', 'prompt', 'maxTokens', 'responseFormat']],
    ]);
    expect(addable.map(({ title }) => title)).toEqual([
      'Prompt',
      'Answer',
      'Sampling',
      'Tools',
      'Reasoning',
      'Limits',
      'More',
    ]);
    const after = layoutOf(fieldsOf('openaiCompletion'), { temperature: 1, model: '' }, new Set(['seed']));
    expect(after.groups[1]).toMatchObject({ title: 'Sampling', fields: [{ key: 'temperature' }, { key: 'seed' }] });
  });

  test('of two fields that take each other’s place, the one that is set is shown', () => {
    const keys = (value: { readonly [key: string]: Json }) => {
      const { groups, addable, instead } = layoutOf(fieldsOf('openaiCompletion'), value, new Set());
      const shown = groups.flatMap(({ fields }) => fields.map(({ key }) => key));
      const rest = addable.flatMap(({ fields }) => fields.map(({ key }) => key));
      return { shown, rest, other: instead.get(value['messages'] === undefined ? 'prompt' : 'messages')?.key };
    };
    expect(keys({ messages: [] })).toMatchObject({ shown: expect.arrayContaining(['messages']), other: 'prompt' });
    expect(keys({ messages: [] }).shown).not.toContain('prompt');
    expect(keys({ messages: [] }).rest).not.toContain('prompt');
    expect(keys({ prompt: '' }).other).toBe('messages');
    expect(keys({ prompt: '', messages: [] }).shown).toEqual(expect.arrayContaining(['prompt', 'messages']));
    expect(field('openaiCompletion', 'messages').hint.from?.('Hi')).toEqual([{ role: 'user', content: 'Hi' }]);
    expect(field('openaiCompletion', 'prompt').hint.from?.([{ role: 'user', content: 'Hi' }])).toBe('Hi');
  });

  test('values choose among the forms of a union', () => {
    const { shape } = field('openaiCompletion', 'responseFormat');
    if (shape.kind !== 'union') throw new Error('It is no union.');
    expect(shape.options.map(({ title }) => title)).toEqual(['Text', 'JSON object', 'JSON schema']);
    expect(optionFor(shape.options, 'json_object')?.title).toBe('JSON object');
    expect(optionFor(shape.options, { type: 'json_schema', schema: {} })?.title).toBe('JSON schema');
    expect(optionFor(shape.options, 5)).toBeUndefined();
    const third = shape.options[2]?.field;
    expect(third && firstValue(third)).toEqual({ type: 'json_schema', schema: { type: 'object', properties: {} } });
  });

  test('an expression can stand wherever the file allows one', () => {
    expect(field('openaiCompletion', 'temperature').canBeTemplate).toBe(true);
    expect(fits(field('openaiCompletion', 'temperature'), '{{ input.warmth }}')).toBe(true);
    expect(fits(field('openaiCompletion', 'temperature'), 'warm')).toBe(false);
    expect(field('openaiCompletion', 'seed').canBeTemplate).toBe(false);
    expect(field('openaiCompletion', 'messages').canBeTemplate).toBe(true);
  });

  test('numbers know the limits of the chosen model and of the API', () => {
    const limits = (key: string, model?: string) => {
      const { shape, hint } = field('openaiCompletion', key);
      if (shape.kind !== 'number') throw new Error(`${key} is no number.`);
      return limitsOf(shape, hint, model === undefined ? undefined : openai.catalog.find(model), openai);
    };
    expect(limits('maxTokens')).toEqual({ least: 1 });
    const most = openai.catalog.find('gpt-5.4-mini')?.maxOutput;
    expect(limits('maxTokens', 'gpt-5.4-mini')).toMatchObject({ least: 1, most });
    expect(limits('temperature')).toEqual({ least: 0, most: 2, text: '0 – 2' });
    const whole = { kind: 'number', isInteger: true } as const;
    expect(numberProblem('1.5', whole, {})).toBe('A whole number is expected here.');
    expect(numberProblem('0', whole, { least: 1 })).toBe('It has to be at least 1.');
    expect(numberProblem('', whole, { least: 1 })).toBeUndefined();
  });

  test('what a model does not take is said at the field', () => {
    const why = (key: string, model: string) =>
      whyNotTaken(field('openaiCompletion', key).hint, openai.catalog.find(model));
    expect(why('reasoningEffort', 'gpt-4o')).toBe('gpt-4o does not take this.');
    expect(why('temperature', 'gpt-4o')).toBeUndefined();
    expect(why('temperature', 'o3')).toBe('o3 does not take this.');
    expect(why('verbosity', 'gpt-4o')).toBe('gpt-4o does not take this.');
    expect(why('temperature', 'my-deployment')).toBeUndefined();
  });

  test('titles are words', () => {
    expect(['maxTokens', 'topP', 'json_object', 'fileId', 'maxCostUsd'].map(titleOf)).toEqual([
      'Max tokens',
      'Top p',
      'JSON object',
      'File ID',
      'Max cost USD',
    ]);
  });
});

test('a node that awaits something has a form of its step; another only where the file has one', () => {
  const stepField = stepFieldOf({ known: 'httpRequest' });
  const keys = stepField?.shape.kind === 'object' ? [...stepField.shape.fields.keys()] : [];
  expect(keys).toEqual(expect.arrayContaining(['timeout', 'retries', 'cache', 'onError', 'fallback']));
  expect(stepFieldOf({ known: 'promptTemplate' })).toBeUndefined();
  expect(stepFieldOf({ known: 'promptTemplate', step: { timeout: 1 } })).toBeDefined();
});

test('a finding is shown at the nearest field that there is', () => {
  const edits: readonly [JsonPath, Json][] = [
    [['nodes', 1, 'config', 'messages', 1, 'content'], '{{ input.mesage }}'],
    [['nodes', 1, 'config', 'strange'], 1],
  ];
  const placed = edits.map(([path, value]) => {
    const edited = setValue(support, path, value);
    if (!edited.ok) throw new Error(edited.reason);
    const parsed = parse(edited.text);
    const { diagnostics } = parsed.ok ? check(parsed.value, new Map()) : parsed;
    const node = (JSON.parse(edited.text) as { nodes: { config: Json }[] }).nodes[1];
    const root = ['nodes', 1, 'config'];
    return [...placeFindings(fieldOf(registry.promptTemplate.configSchema), node?.config, root, diagnostics).keys()];
  });
  expect(placed[0]).toEqual([placeKey(['nodes', 1, 'config', 'messages', 1, 'content'])]);
  expect(placed[1]).toEqual([placeKey(['nodes', 1, 'config'])]);
});

describe('schemas as tables', () => {
  const schema = {
    type: 'object',
    required: ['name', 'tags'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', minLength: 1, description: 'Full name' },
      size: { enum: ['s', 'm'], default: 's' },
      tags: { type: 'array', items: { type: 'string', maxLength: 9 }, maxItems: 3 },
      home: { type: 'object', properties: { street: { type: 'string' } } },
      odd: { $ref: '#/$defs/odd' },
    },
  } as const satisfies Json;

  function changed(value: Json, changes: readonly SchemaChange[]): Json {
    let text = JSON.stringify({ schema: value });
    for (const change of changes) {
      const result = setValue(text, ['schema', ...change.path], change.value);
      if (!result.ok) throw new Error(result.reason);
      ({ text } = result);
    }
    return (JSON.parse(text) as { schema: Json }).schema;
  }

  test('rows say type, need, description, and what they have no column for', () => {
    const rows = rowsOf(schema) ?? [];
    expect(rows.map(({ key, type, isRequired }) => [key, type, isRequired])).toEqual([
      ['name', 'string', true],
      ['size', 'choice', false],
      ['tags', 'list of string', true],
      ['home', 'object', false],
      ['odd', 'other', false],
    ]);
    expect(rows[0]).toMatchObject({ description: 'Full name', rules: { minLength: 1 } });
    expect(rows[1]).toMatchObject({ choices: ['s', 'm'], rules: { default: 's' } });
    expect(rows[2]?.rules).toEqual({ maxItems: 3, items: { maxLength: 9 } });
    expect(rows[3]?.inside).toEqual([]);
  });

  test('nothing is lost by a change of a column', () => {
    const renamed = changed(schema, withName(schema, 'name', 'fullName'));
    expect(Object.keys((renamed as unknown as typeof schema).properties)).toEqual([
      'fullName',
      'size',
      'tags',
      'home',
      'odd',
    ]);
    expect(renamed).toMatchObject({
      required: ['fullName', 'tags'],
      properties: { fullName: schema.properties.name },
      additionalProperties: false,
    });
    expect(withName(schema, 'name', 'size')).toEqual([]);
    const { tags } = schema.properties;
    expect(changed(tags, withType(tags, 'list of integer'))).toEqual({
      ...tags,
      items: { type: 'integer', maxLength: 9 },
    });
    const { name } = schema.properties;
    expect(changed(name, withType(name, 'choice'))).toEqual({ ...name, enum: ['one', 'other'] });
    expect(changed(schema, withoutProperty(schema, 'name'))).toMatchObject({ required: ['tags'] });
    const { key, changes } = withNewProperty(schema);
    expect(changed(schema, changes)).toMatchObject({
      required: ['name', 'tags', key],
      properties: { ...schema.properties, [key]: { type: 'string' } },
    });
  });

  test('every type that a table offers is one that it shows', () => {
    const types: readonly RowType[] = ['string', 'choice', 'integer', 'object', 'list of object', 'list', 'any'];
    for (const type of types) {
      const value = changed({ type: 'string' }, withType({ type: 'string' }, type));
      expect(rowsOf({ type: 'object', properties: { value } })?.[0]?.type).toBe(type);
    }
  });

  test('what is more than a list of fields is left to the text', () => {
    expect(rowsOf({ anyOf: [{ type: 'object' }] })).toBeUndefined();
    expect(rowsOf({ type: 'array', items: {} })).toBeUndefined();
    expect(rowsOf(true)).toBeUndefined();
    expect(rowsOf({ type: 'object' })).toEqual([]);
  });
});

describe('JSON in an editor', () => {
  test('mistakes have a place and words', () => {
    expect(readJsonText('{"a": 1}')).toEqual({ ok: true, value: { a: 1 } });
    expect(readJsonText('{"a" 1}')).toMatchObject({
      ok: false,
      message: 'A colon is expected between key and value.',
      start: 5,
    });
    expect(readJsonText('{a: 1}')).toMatchObject({ ok: false, start: 1 });
    expect(readJsonText('')).toMatchObject({ ok: false, start: 0, end: 0 });
  });

  test('it is laid out so that it says the same', () => {
    const file = JSON.parse(support) as Json;
    expect(JSON.parse(prettyJson(file))).toEqual(file);
    expect(prettyJson({ required: ['a', 'b'] })).toBe('{ "required": ["a", "b"] }');
    expect(prettyJson({ a: [], b: {} })).toBe('{ "a": [], "b": {} }');
  });
});
