import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { worstCase } from '../../src/core/workflow/cost/worstCase.ts';
import {
  check,
  namesNoFile,
  parse,
  sourceFiles,
  withCalled,
  type CheckedWorkflow,
} from '../../src/core/workflow/index.ts';
import { codes, edge, node, read } from './workflows.ts';

const input = { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 10 } } };

function file(name: string, nodes: readonly object[], edges: readonly string[]): string {
  const ask = node('ask', 'httpEndpoint', { path: `/${name}`, inputSchema: input });
  return JSON.stringify({ version: 1, name, description: 'A test.', nodes: [ask, ...nodes], edges: edges.map(edge) });
}

const calling = (id: string, path: string, args: object = { text: '{{ input.text }}' }): object =>
  node(id, 'subWorkflow', { file: path, args });

const done = (output: unknown): object => node('done', 'response', { output });
const model = node('m', 'openaiCompletion', { model: 'gpt-5.4', prompt: '12345678', maxTokens: 1000 });
const answering = file('answer', [model, done('{{ nodes.m.output.content }}')], ['ask > m', 'm > done']);

function checked(text: string, sources: Readonly<Record<string, string>>): CheckedWorkflow {
  const result = check(read(text), new Map(Object.entries(sources)), 'main.workflow.json');
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.value;
}

function found(text: string, sources: Readonly<Record<string, string>>): readonly string[] {
  return codes(check(read(text), new Map(Object.entries(sources)), 'main.workflow.json').diagnostics);
}

describe('the files of a workflow', () => {
  test('texts that surely name none are known by their words, and none that names some is among them', () => {
    const examples = join(import.meta.dirname, '..', '..', 'examples');
    const texts = readdirSync(examples, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.workflow.json'))
      .map((path) => readFileSync(join(examples, path), 'utf8'));
    const naming = texts.filter((text) => {
      const parsed = parse(text);
      return parsed.ok && sourceFiles(parsed.value).length > 0;
    });
    expect(naming.length).toBeGreaterThan(3);
    expect(naming.filter(namesNoFile)).toEqual([]);
    expect(texts.filter(namesNoFile).length).toBeGreaterThan(3);
    for (const type of ['pythonFunction', 'subWorkflow', 'enqueue'])
      expect(namesNoFile(JSON.stringify({ nodes: [node('n', type, { file: 'x' })] }))).toBe(false);
    expect(namesNoFile('{"mcpServers": {"shop": {}}}')).toBe(false);
    expect(namesNoFile(String.raw`{"type": "pythonF\u0075nction"}`)).toBe(false);
  });

  const python = node('f', 'pythonFunction', { file: 'lib/f.py', function: 'f' });
  const inner = file('inner', [python, done(1)], ['ask > f', 'f > done']);
  const main = file('main', [calling('a', 'tools/inner.workflow.json'), done(1)], ['ask > a', 'a > done']);

  test('those of called workflows are named once their text is known, from the folder of the outermost', () => {
    expect(sourceFiles(read(main))).toEqual(['tools/inner.workflow.json']);
    expect(sourceFiles(read(main), new Map([['tools/inner.workflow.json', inner]]))).toEqual([
      'tools/inner.workflow.json',
      'tools/lib/f.py',
    ]);
  });

  test('a called workflow finds its Python in its own folder', () => {
    const code = 'def f() -> int:\n    return 1\n';
    const result = checked(main, { 'tools/inner.workflow.json': inner, 'tools/lib/f.py': code });
    expect(result.calls.get('a')?.functions.get('f')?.code).toBe(code);
    expect(found(main, { 'tools/inner.workflow.json': inner, 'lib/f.py': code })).toEqual(['unsound-workflow']);
  });

  test('workflows that call each other are listed without end neither here nor in check', () => {
    const left = file('left', [calling('b', 'right.workflow.json'), done(1)], ['ask > b', 'b > done']);
    const right = file('right', [calling('c', 'left.workflow.json'), done(1)], ['ask > c', 'c > done']);
    const sources = { 'left.workflow.json': left, 'right.workflow.json': right };
    const outer = file('main', [calling('a', 'left.workflow.json'), done(1)], ['ask > a', 'a > done']);
    expect(sourceFiles(read(outer), new Map(Object.entries(sources))).toSorted()).toEqual(Object.keys(sources));
    expect(found(outer, sources)).toEqual(['unsound-workflow']);
    const nameless = check(read(left), new Map(Object.entries(sources)));
    expect(codes(nameless.diagnostics)).toEqual(['unsound-workflow']);
  });

  test('one that several call is the same object', () => {
    const outer = file(
      'main',
      [calling('a', 'one.workflow.json'), calling('b', 'answer.workflow.json'), done(1)],
      ['ask > a', 'a > b', 'b > done'],
    );
    const one = file('one', [calling('c', 'answer.workflow.json'), done(1)], ['ask > c', 'c > done']);
    const result = checked(outer, { 'one.workflow.json': one, 'answer.workflow.json': answering });
    expect(withCalled(result).map((each) => each.file.name)).toEqual(['main', 'one', 'answer']);
  });

  test('many that call each other in layers are each checked once', () => {
    const layers = 24;
    const sources = Object.fromEntries(
      Array.from({ length: layers }, (_, layer): [string, string] => {
        const next = `l${layer + 1}.workflow.json`;
        const nodes = layer === layers - 1 ? [done(1)] : [calling('a', next), calling('b', next), done(1)];
        return [
          `l${layer}.workflow.json`,
          file(`l${layer}`, nodes, layer === layers - 1 ? ['ask > done'] : ['ask > a', 'a > b', 'b > done']),
        ];
      }),
    );
    const outer = file('main', [calling('a', 'l0.workflow.json'), done(1)], ['ask > a', 'a > done']);
    const result = checked(outer, sources);
    expect(withCalled(result)).toHaveLength(layers + 1);
    expect(worstCase(result)).toMatchObject({ nodes: [], usd: 0 });
  });
});

describe('the type of what a called workflow answers', () => {
  const readAs = (path: string, called: string): readonly string[] =>
    found(
      file('main', [calling('a', 'c.workflow.json'), done(`{{ nodes.a.output${path} }}`)], ['ask > a', 'a > done']),
      { 'c.workflow.json': called },
    );
  const both = file(
    'c',
    [
      node('c', 'condition', { expression: "{{ input.text == 'x' }}" }),
      node('yes', 'response', { output: { kind: 'yes', text: '{{ input.text }}', list: [1, '{{ input.text }}'] } }),
      node('no', 'response', { output: { kind: 'no' } }),
    ],
    ['ask > c', 'c.true > yes', 'c.false > no'],
  );

  test.each([
    ['.kind | upper', []],
    ['.kind | round', ['impossible-filter']],
    ['.text | round', ['impossible-filter', 'optional-member']],
    ['.text | default("")', []],
    ['.list[0]', ['optional-member']],
    ['.other', ['impossible-member']],
    ['[0]', ['impossible-member']],
  ])('nodes.a.output%s', (path, expected) => {
    expect(readAs(path, both)).toEqual(expected);
  });

  test('an end without a response answers null', () => {
    const half = file(
      'c',
      [node('c', 'condition', { expression: "{{ input.text == 'x' }}" }), done({ kind: 1 })],
      ['ask > c', 'c.true > done'],
    );
    expect(readAs('.kind | upper', half)).toContain('impossible-filter');
    expect(readAs(' == null', half)).toEqual(['doubtful-workflow']);
  });
});

describe('what called workflows cost', () => {
  const main = (nodes: readonly object[], edges: readonly string[]) =>
    worstCase(checked(file('main', nodes, edges), { 'answer.workflow.json': answering }));

  test('a step costs what the workflow costs, in its branch', () => {
    const alone = worstCase(checked(answering, {}));
    const worst = main([calling('a', 'answer.workflow.json'), done(1)], ['ask > a', 'a > done']);
    expect(worst).toMatchObject({ promptTokens: alone.promptTokens, answerTokens: 1000, usd: alone.usd });
    expect(worst.nodes).toMatchObject([{ node: 'a.m', calls: 1, notes: [] }]);
    const either = main(
      [
        node('c', 'condition', { expression: "{{ input.text == 'x' }}" }),
        calling('a', 'answer.workflow.json'),
        calling('b', 'answer.workflow.json'),
        done(1),
      ],
      ['ask > c', 'c.true > a', 'c.false > b', 'a > done', 'b > done'],
    );
    expect(either).toMatchObject({ answerTokens: 1000, usd: alone.usd });
    expect(either.nodes.map((each) => each.node)).toEqual(['a.m', 'b.m']);
  });

  test('what it answers is bounded by its type', () => {
    const kinds = file('answer', [done({ kind: 'a kind', text: '{{ input.text }}' })], ['ask > done']);
    const promptOf = (prompt: string): number | null =>
      worstCase(
        checked(
          file(
            'main',
            [
              calling('a', 'answer.workflow.json'),
              node('m', 'openaiCompletion', { model: 'gpt-5.4', prompt, maxTokens: 1 }),
              done(1),
            ],
            ['ask > a', 'a > m', 'm > done'],
          ),
          { 'answer.workflow.json': kinds },
        ),
      ).promptTokens;
    const framing = promptOf('x') ?? 0;
    expect((promptOf('x{{ nodes.a.output.kind }}') ?? 0) - framing).toBe('"a kind"'.length);
    expect((promptOf('x{{ nodes.a.output.text }}') ?? 0) - framing).toBe(40);
    expect(promptOf('{{ nodes.a.output }}')).toBeGreaterThan(100_000);
  });

  const offering = (config: object) =>
    main(
      [
        node('agent', 'openaiCompletion', {
          model: 'gpt-5.4',
          prompt: 'Hi',
          maxTokens: 10,
          maxToolRounds: 3,
          ...config,
        }),
        calling('a', 'answer.workflow.json', {}),
        done('{{ nodes.agent.output.content }}'),
      ],
      ['ask > agent', 'agent.function_call > a.tool', 'agent > done'],
    );

  test('a tool may be called in every round', () => {
    const worst = offering({ parallelToolCalls: false });
    expect(worst.answerTokens).toBe(4 * 10 + 3 * 1000);
    expect(worst.nodes).toMatchObject([
      { node: 'agent', calls: 4 },
      { node: 'a.m', calls: 3, answerTokens: 3000 },
    ]);
  });

  test('nothing limits how often a model calls a tool in one round', () => {
    const worst = offering({});
    expect(worst).toMatchObject({ answerTokens: null, usd: null });
    expect(worst.nodes[1]).toMatchObject({ calls: null, usd: null });
    expect(worst.nodes[1]?.notes.join()).toContain('"parallelToolCalls": false');
  });
});
