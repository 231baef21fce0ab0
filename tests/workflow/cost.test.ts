import { describe, expect, test } from 'vitest';

import { worstCase, type WorstCase } from '../../src/core/workflow/cost/worstCase.ts';
import { check } from '../../src/core/workflow/index.ts';
import { edge, node, read } from './workflows.ts';

const shortInput = {
  type: 'object',
  required: ['text', 'ok'],
  properties: {
    text: { type: 'string', maxLength: 100 },
    kind: { enum: ['a', 'long one'], default: 'a' },
    many: { type: 'array', items: { type: 'string' }, default: [] },
    count: { type: 'integer', minimum: 0, maximum: 9, default: 1 },
    score: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null },
    ok: { type: 'boolean' },
  },
};

function costOf(nodes: readonly object[], edges: readonly string[], trigger: object = {}): WorstCase {
  const ask = node('ask', 'httpEndpoint', { path: '/ask', inputSchema: shortInput, ...trigger });
  const text = JSON.stringify({
    version: 1,
    name: 'cost',
    env: ['TONE'],
    nodes: [ask, ...nodes],
    edges: edges.map(edge),
  });
  const result = check(read(text), new Map());
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return worstCase(result.value);
}

function model(id: string, config: object = {}) {
  return node(id, 'openaiCompletion', { model: 'gpt-5.4', prompt: '12345678', maxTokens: 1000, ...config });
}

const reply = node('reply', 'response', { output: 'done' });

/** Of one call: 16 tokens of framing for the request, 16 for the message, and what the message has. */
const one = 16 + 16 + 8;

function promptOf(prompt: string): number | null {
  return costOf([model('m', { prompt }), reply], ['ask > m', 'm > reply']).promptTokens;
}

describe('one call', () => {
  test('is its prompt at the price of input and its longest answer at that of output', () => {
    const worst = costOf([model('m'), reply], ['ask > m', 'm > reply']);
    expect(worst).toMatchObject({ promptTokens: one, answerTokens: 1000, budget: null });
    expect(worst.usd).toBeCloseTo((one * 2.5 + 1000 * 15) / 1e6, 12);
    expect(worst.nodes).toMatchObject([{ node: 'm', model: 'gpt-5.4', calls: 1, notes: [] }]);
  });

  test.each([
    ['{{ input.text }}', 400],
    ['{{ input.text | trim }}', 400],
    ['{{ input.text | upper }}', 1200],
    ['{{ input.kind }}', 10],
    ['{{ input.count }}', 25],
    ['{{ input.score }}', 25],
    ['{{ input.ok }}', 5],
    ['{{ not input.ok }}', 5],
    ['{{ input.many | length }}', 25],
    ["{{ env.TONE | length }} {{ 'x' }}", 27],
    ['é€😀', 9],
  ])('%s adds at most %i tokens', (prompt, tokens) => {
    expect(promptOf(prompt)).toBe(32 + tokens);
  });

  test.each([
    ['{{ input.many | json }}', '`input.many`'],
    ['{{ env.TONE }}', '`env.TONE`'],
    ["{{ env.TONE | default('x') }}", '`env.TONE`'],
    ['{{ input.text | json }}', 'the filter `json`'],
  ])('%s has no limit, which is said; it counts as the whole context window', (prompt, named) => {
    const worst = costOf([model('m', { prompt }), reply], ['ask > m', 'm > reply']);
    expect(worst.promptTokens).toBe(1_050_000 - 1000);
    expect(worst.nodes[0]?.notes.join()).toContain(named);
    expect(worst.usd).toBeCloseTo((1_049_000 * 5 + 1000 * 22.5) / 1e6, 9);
  });

  test('without maxTokens the answer is as long as the model can write', () => {
    expect(costOf([model('m', { maxTokens: undefined }), reply], ['ask > m', 'm > reply']).answerTokens).toBe(128_000);
  });

  test('of a model that is not known has no price, and the tokens that the file limits', () => {
    const worst = costOf([model('m', { model: 'mine' }), reply], ['ask > m', 'm > reply']);
    expect(worst).toMatchObject({ promptTokens: one, answerTokens: 1000, usd: null });
    expect(worst.nodes[0]?.notes).toEqual([expect.stringContaining('`mine` is not known')]);
  });

  test('of a model that is not known, without a limit, has none', () => {
    const config = { model: '{{ input.text }}', maxTokens: undefined, prompt: '{{ env.TONE }}' };
    const worst = costOf([model('m', config), reply], ['ask > m', 'm > reply']);
    expect(worst).toMatchObject({ promptTokens: null, answerTokens: null, usd: null });
    expect(worst.nodes[0]?.notes).toHaveLength(3);
  });

  test('counts a prompt as written to the cache where that may be and costs more', () => {
    const claude = (config: object) =>
      costOf(
        [
          node('m', 'anthropicCompletion', {
            model: 'claude-sonnet-5-5',
            prompt: '12345678',
            maxTokens: 1000,
            ...config,
          }),
          reply,
        ],
        ['ask > m', 'm > reply'],
      ).usd;
    expect(claude({ cache: 'off' })).toBeCloseTo((one * 2 + 1000 * 10) / 1e6, 12);
    expect(claude({})).toBeCloseTo((one * 2.5 + 1000 * 10) / 1e6, 12);
    expect(claude({ cache: { ttl: '1h' } })).toBeCloseTo((one * 4 + 1000 * 10) / 1e6, 12);
  });

  test('of a fine-tuned model has no price', () => {
    const worst = costOf([model('m', { model: 'ft:gpt-4o:me::x' }), reply], ['ask > m', 'm > reply']);
    expect(worst.usd).toBeNull();
    expect(worst.nodes[0]?.notes).toEqual(['No price is known for `ft:gpt-4o:me::x`.']);
  });

  test('counts the messages of a promptTemplate, functions and schemas', () => {
    const prompt = node('p', 'promptTemplate', { messages: [{ role: 'user', content: 'Hello' }] });
    const schema = { type: 'object', required: [], properties: {}, additionalProperties: false };
    const config = {
      prompt: undefined,
      messages: '{{ nodes.p.output }}',
      tools: [{ name: 'f' }],
      responseFormat: { type: 'json_schema', schema },
    };
    const worst = costOf([prompt, model('m', config), reply], ['ask > p', 'p > m', 'm > reply']);
    const declared = JSON.stringify({ name: 'f' }).length + JSON.stringify(schema).length + 32;
    expect(worst.promptTokens).toBe(16 + 16 + 5 + declared);
  });

  test('with messages, images, files or parameters of which nothing is known has no limit', () => {
    const content = (part: object) => ({ prompt: undefined, messages: [{ role: 'user', content: [part] }] });
    for (const config of [
      content({ type: 'image', url: 'https://example.com/a.png' }),
      content({ type: 'file', fileId: 'file-1' }),
      { prompt: undefined, messages: '{{ input.many }}' },
      { extra: { service: 'x' } },
    ]) {
      const worst = costOf([model('m', config), reply], ['ask > m', 'm > reply']);
      expect(worst.promptTokens).toBe(1_049_000);
    }
  });
});

describe('several calls', () => {
  test('what runs in the same run is added; a later prompt has at most the answer it reads', () => {
    const second = model('n', { prompt: '{{ nodes.m.output.content }}', maxTokens: 10 });
    const worst = costOf([model('m'), second, reply], ['ask > m', 'm > n', 'n > reply']);
    expect(worst).toMatchObject({ promptTokens: one + 32 + 1000, answerTokens: 1010 });
  });

  test('of ways that exclude each other the dearest counts', () => {
    const nodes = [
      node('c', 'condition', { expression: '{{ input.ok }}' }),
      model('cheap', { maxTokens: 10 }),
      model('dear'),
      model('after', { maxTokens: 5 }),
      reply,
    ];
    const worst = costOf(nodes, [
      'ask > c',
      'c.true > cheap',
      'c.false > dear',
      'cheap > after',
      'dear > after',
      'after > reply',
    ]);
    expect(worst).toMatchObject({ promptTokens: 2 * one, answerTokens: 1005 });
  });

  test('what some ways lead to counts with each of them', () => {
    const nodes = [
      node('c', 'condition', { expression: '{{ input.ok }}' }),
      node('d', 'condition', { expression: '{{ input.ok }}' }),
      model('shared', { maxTokens: 7 }),
      reply,
      node('other', 'response', { output: 'x' }),
    ];
    const worst = costOf(nodes, [
      'ask > c',
      'c.true > shared',
      'c.false > d',
      'd.true > shared',
      'd.false > other',
      'shared > reply',
    ]);
    expect(worst).toMatchObject({ answerTokens: 7 });
  });

  test('a loop of tools counts with all of its rounds, each with a full context', () => {
    const tool = node('f', 'pythonFunction', {
      code: 'def f(x: str) -> str:\n    """Gives it back."""\n    return x\n',
      function: 'f',
    });
    const worst = costOf(
      [model('m', { maxToolRounds: 3 }), tool, reply],
      ['ask > m', 'm.function_call > f.tool', 'm > reply'],
    );
    expect(worst).toMatchObject({ answerTokens: 4000, nodes: [{ calls: 4 }] });
    expect(worst.promptTokens).toBeGreaterThan(3 * 1_049_000);
    expect(worst.nodes[0]?.notes.join()).toContain('3 rounds of tools');
  });
});

test('a step that is tried again makes its calls again', () => {
  const step = { retries: { max: 2 } };
  const once = costOf([model('m'), reply], ['ask > m', 'm > reply']);
  const again = costOf([{ ...model('m'), step }, reply], ['ask > m', 'm > reply']);
  expect(again).toMatchObject({
    promptTokens: 3 * (once.promptTokens ?? NaN),
    answerTokens: 3 * (once.answerTokens ?? NaN),
    nodes: [{ calls: 3 }],
  });
});

test('of the cases of a switch the dearest counts', () => {
  const cases = ['a', 'b'].map((id) => ({ id, when: '{{ input.ok }}' }));
  const nodes = [node('s', 'switch', { cases }), model('a', { maxTokens: 3 }), model('b', { maxTokens: 9 }), reply];
  const edges = ['ask > s', 's.a > a', 's.b > b', 's.default > reply', 'a > reply', 'b > reply'];
  expect(costOf(nodes, edges)).toMatchObject({ answerTokens: 9 });
});

test('the budget is told', () => {
  const budget = { maxCostUsd: 0.5 };
  const worst = costOf([model('m'), reply], ['ask > m', 'm > reply'], { budget });
  expect(worst.budget).toEqual({ maxCostUsd: 0.5, maxTokens: null });
});

test('a workflow without a model costs nothing', () => {
  expect(costOf([reply], ['ask > reply'])).toMatchObject({ promptTokens: 0, answerTokens: 0, usd: 0, nodes: [] });
});

describe('one of several models', () => {
  const routes = [
    { provider: 'openai', model: 'gpt-5.4' },
    { provider: 'openai', model: 'gpt-5.4-mini' },
  ];
  const [dear, cheap] = ['gpt-5.4', 'gpt-5.4-mini'].map(
    (name) => costOf([model('m', { model: name }), reply], ['ask > m', 'm > reply']).usd ?? NaN,
  );
  const routed = (config: object): WorstCase => {
    const router = { prompt: '12345678', maxTokens: 1000, routes, ...config };
    return costOf([node('m', 'llmRouter', router), reply], ['ask > m', 'm > reply']);
  };

  test('costs what the dearest costs', () => {
    expect(routed({}).usd).toBeCloseTo(dear ?? NaN, 12);
    expect(routed({}).nodes).toMatchObject([{ node: 'm', model: 'gpt-5.4, gpt-5.4-mini', calls: 1 }]);
  });

  test.each([{ onCut: 'restart' }, { hedgeAfterMs: 300 }])(
    'costs what all cost that can be paid for one answer: %o',
    (more) => {
      expect(routed(more).usd).toBeCloseTo((dear ?? NaN) + (cheap ?? NaN), 12);
      expect(routed(more).nodes[0]?.calls).toBe(2);
    },
  );

  test('has no known cost where that of one is not known', () => {
    expect(routed({ fallback: { provider: 'ollama', model: 'qwen3' } }).usd).toBeNull();
  });
});
