import { describe, expect, test } from 'vitest';

import { applyEdits, parse, type Diagnostic } from '../../src/core/workflow/index.ts';
import { sizeLimit } from '../../src/core/workflow/parse/readJson.ts';
import { readSoundJson } from '../../src/core/workflow/parse/soundJson.ts';
import { pick, randomNumbers } from './expressions/random.ts';
import { codes, diagnose, node, read, workflowText } from './workflows.ts';

const sound = workflowText(['a', 'm', 'r'], ['a > m', 'm > r']);

function first(text: string): Diagnostic | undefined {
  const result = parse(text);
  return result.diagnostics[0];
}

test('a sound file becomes a workflow with its defaults, and no diagnostics', () => {
  const text = '{"version":1,"name":"x","nodes":[{"id":"a","type":"httpEndpoint","config":{"path":"/a"}}]}';
  expect(parse(text)).toMatchObject({
    ok: true,
    diagnostics: [],
    value: { file: { description: '', env: [], edges: [], nodes: [{ config: { method: 'POST', stream: 'auto' } }] } },
  });
});

describe('texts that are no JSON', () => {
  test.each([
    '',
    ' ',
    'nonsense',
    '{',
    '[',
    '"',
    '{"a"',
    '{"a":',
    '{"a":1',
    '[1,',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":1.}',
    '{"a":NaN}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{} {}',
    '/*',
    '\uFEFF',
    '{"a":tru}',
    '{"a" 1}',
    '\0',
  ])('%j gives one error and a way out', (text) => {
    const result = parse(text);
    expect(result.ok).toBe(false);
    expect(codes(result.diagnostics)).toContain('invalid-json');
    for (const { hint } of result.diagnostics) expect(hint).toBeTruthy();
  });

  test.each(['null', '1', '"x"', '[]', 'true'])('%s is JSON, but no workflow', (text) => {
    expect(codes(parse(text).diagnostics)).toEqual(['wrong-type']);
  });
});

describe('a byte order mark', () => {
  test('is no fault, and moves no place', () => {
    expect(parse(`\uFEFF${sound}`).ok).toBe(true);
    const text = `\uFEFF${sound.replace('"graph"', '7')}`;
    const { range } = first(text) as Diagnostic;
    expect(text.slice(range.start, range.end)).toBe('7');
  });
});

describe('limits', () => {
  test('of size', () => {
    const text = sound.replace('"graph"', `"graph", "description": "${'x'.repeat(sizeLimit)}"`);
    expect(codes(parse(text).diagnostics)).toEqual(['file-too-large']);
    expect(first(text)?.range).toMatchObject({ line: 1, column: 1 });
  });

  test.each(['[', '{"a":', '[{"a":'])('of nesting, without a stack overflow: %s', (open) => {
    expect(codes(parse(open.repeat(200_000)).diagnostics)).toEqual(['nested-too-deep']);
  });

  test('nesting to the limit is read', () => {
    const deep = (levels: number): string => sound.replace('"done"', `${'['.repeat(levels)}${']'.repeat(levels)}`);
    // Workflow, nodes, node and config are around it.
    expect(parse(deep(96)).ok).toBe(true);
    expect(codes(parse(deep(97)).diagnostics)).toEqual(['nested-too-deep']);
  });
});

describe('positions', () => {
  test('in a string with escapes of all kinds', () => {
    const prompt = String.raw`"\"\\\/\b"`.slice(1, -3) + String.raw`\n\u00e9👍 {{ nope }}`;
    const text = sound.replace('"Hello"', `"${prompt}"`);
    const [diagnostic] = diagnose(text);
    expect(text.slice(diagnostic?.range.start, diagnostic?.range.end)).toBe('nope');
  });

  test('of keys and values', () => {
    const { source } = read(sound);
    const at = ({ start, end }: { start: number; end: number }): string => sound.slice(start, end);
    expect(at(source.key(['name']))).toBe('"name"');
    expect(at(source.value(['name']))).toBe('"graph"');
    expect(at(source.key(['nodes', 0, 'id']))).toBe('"id"');
    expect(at(source.value(['edges', 1, 'source']))).toBe('"m"');
    // What is not there is shown by what is around it.
    expect(at(source.value(['nodes', 0, 'id', 'x']))).toBe('"a"');
    expect(at(source.value(['nodes', 9]))).toContain('"httpEndpoint"');
    expect(at(source.within(['version'], { start: 0, end: 1 }))).toBe('1');
  });
});

describe('edits', () => {
  const text = '{\n  "a": 1,\n  "b": [1, 2],\n  "c": {},\n  "d": []\n}';
  const source = read(sound).source.constructor as new (text: string) => ReturnType<typeof read>['source'];
  const document = new source(text);

  test.each([
    ['remove the first key', document.remove(['a']), { b: [1, 2], c: {}, d: [] }],
    ['remove the last key', document.remove(['d']), { a: 1, b: [1, 2], c: {} }],
    ['remove an item', document.remove(['b', 0]), { a: 1, b: [2], c: {}, d: [] }],
    ['append', document.append(['b'], '3'), { a: 1, b: [1, 2, 3], c: {}, d: [] }],
    ['append to nothing', document.append(['d'], '3'), { a: 1, b: [1, 2], c: {}, d: [3] }],
    ['prepend', document.prepend([], '"z": 0'), { z: 0, a: 1, b: [1, 2], c: {}, d: [] }],
    ['prepend to nothing', document.prepend(['c'], '"z": 0'), { a: 1, b: [1, 2], c: { z: 0 }, d: [] }],
    ['insert', document.insertAfter(['a'], '"z": 0'), { a: 1, z: 0, b: [1, 2], c: {}, d: [] }],
    ['rename', document.renameKey(['a'], 'é"'), { 'é"': 1, b: [1, 2], c: {}, d: [] }],
  ])('%s', (_, edit, expected) => {
    expect(JSON.parse(applyEdits(text, edit === undefined ? [] : [edit]))).toEqual(expected);
  });

  test('what cannot be done is not done', () => {
    expect([
      document.remove(['x']),
      document.append(['a'], '1'),
      document.prepend(['a'], '1'),
      document.insertAfter(['b', 0], '1'),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    expect(document.remove([])).toBeUndefined();
  });
});

describe('the quick way', () => {
  test('is taken for what is sound', () => {
    expect(readSoundJson(sound)?.value).toEqual(JSON.parse(sound));
    expect(readSoundJson('{"a:b":"c:d\\\\","n":-1.5,"e":"1e5"}')).toBeDefined();
  });

  test.each([
    '{"a":1,"a":2}',
    '{"a":1,"\\u0061":2}',
    '{"__proto__":1}',
    '{"a":{"constructor":1}}',
    '{"a":"\\u0000"}',
    '{"a":"\\ud800"}',
    '{"a":1234567890123456}',
    '{"a":1e400}',
    '[1,]',
    '{"\\u0000":1}',
  ])('is not taken for %s', (text) => {
    expect(readSoundJson(text)).toBeUndefined();
  });
});

test('random damage never throws, and always has its place inside the text', () => {
  const random = randomNumbers(11);
  const pieces = [
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\0',
    '{{',
    '}}',
    '1e999',
    '"__proto__":1,',
    '//',
    '/*',
    'null',
    '\ud800',
    '99999999999999999999',
    '\t',
  ];
  for (let round = 0; round < 1500; round += 1) {
    const at = Math.floor(random() * sound.length);
    const text = sound.slice(0, at) + pick(random, pieces) + sound.slice(at + Math.floor(random() * 4));
    for (const { range, message } of diagnose(text)) {
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.end).toBeLessThanOrEqual(text.length);
      expect(message).not.toMatch(/undefined|\[object|NaN|Invalid input/);
    }
  }
});

test('any value in the place of any other never throws', () => {
  const values = [
    null,
    true,
    0,
    -1,
    1.5,
    '',
    'x',
    '{{ input.ok }}',
    '{{',
    [],
    [null],
    {},
    { a: 1 },
    { type: 'string' },
    ['x'],
  ];
  const all = {
    version: 1,
    name: 'all',
    env: ['A'],
    nodes: [
      node('a', 'httpEndpoint'),
      node('m', 'openaiCompletion', {
        model: 'gpt-5.4',
        messages: [{ role: 'user', content: 'x' }],
        maxTokens: 1,
        temperature: 1,
        functions: [{ name: 'f', parameters: { type: 'object', properties: { a: { enum: ['x'] } } } }],
        functionCall: 'auto',
      }),
      node('p', 'pythonFunction'),
      node('c', 'condition'),
      node('r', 'response'),
    ],
    edges: [{ id: 'e', source: 'a', target: 'm' }],
  };
  const replaceEach = function* (value: unknown, put: (other: unknown) => unknown): Generator {
    for (const other of values) yield put(other);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      yield* replaceEach(inner, (other) =>
        put(Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other }),
      );
    }
  };
  for (const changed of replaceEach(all, (other) => other)) {
    for (const { message, hint = '' } of diagnose(JSON.stringify(changed))) {
      expect(`${message} ${hint}`).not.toMatch(/undefined|\[object|NaN|Invalid input|Unrecognized|expected/);
    }
  }
});
