import { describe, expect, test } from 'vitest';

import { check, parse, type Diagnostic } from '../../src/core/workflow/index.ts';
import { worstCase } from '../../src/core/workflow/cost/worstCase.ts';

type Wire = readonly [source: string, sourceHandle: string, target: string, targetHandle?: string];

const inputSchema = {
  type: 'object',
  required: ['mails', 'draft'],
  properties: {
    mails: {
      type: 'array',
      maxItems: 20,
      items: { type: 'object', required: ['id'], properties: { id: { type: 'string' }, n: { type: 'integer' } } },
    },
    draft: { type: 'string' },
  },
};
const node = (id: string, type: string, config: object) => ({ id, type, config });
const model = (id: string, prompt: string) =>
  node(id, 'openaiCompletion', { model: 'gpt-5.4-mini', prompt, maxTokens: 10 });
const loop = (id: string, config: object = {}) => node(id, 'loop', { items: '{{ input.mails }}', ...config });

function checked(nodes: readonly object[], wires: readonly Wire[], output: unknown = 'done', openai?: object) {
  const text = JSON.stringify({
    version: 1,
    name: 'loops',
    nodes: [
      node('ask', 'httpEndpoint', { path: '/loops', inputSchema, ...(openai && { openai }) }),
      ...nodes,
      node('reply', 'response', { output }),
    ],
    edges: wires.map(([source, sourceHandle, target, targetHandle = 'input']) => ({
      source,
      sourceHandle,
      target,
      targetHandle,
    })),
  });
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return check(parsed.value, new Map());
}

function found(...args: Parameters<typeof checked>): readonly Diagnostic[] {
  return checked(...args).diagnostics;
}

const codes = (...args: Parameters<typeof found>): readonly string[] => found(...args).map(({ code }) => code);

const around: readonly Wire[] = [
  ['ask', 'output', 'each'],
  ['each', 'output', 'reply'],
];
const body: readonly Wire[] = [
  ['each', 'item', 'answer'],
  ['answer', 'output', 'each', 'result'],
];
const answer = model('answer', '{{ nodes.each.item.id }} {{ nodes.each.index }}');

describe('the body of a loop', () => {
  test('is sound with one beginning and one end, and may be empty', () => {
    expect(codes([loop('each'), answer], [...around, ...body])).toEqual([]);
    expect(codes([loop('each')], [...around, ['each', 'item', 'each', 'result']])).toEqual([]);
  });

  test.each<[string, readonly object[], readonly Wire[]]>([
    ['open-loop', [loop('each')], around],
    [
      'second-result',
      [loop('each'), answer, model('also', 'x')],
      [...around, ...body, ['each', 'item', 'also'], ['also', 'output', 'each', 'result']],
    ],
    [
      'foreign-result',
      [loop('each'), model('before', 'x')],
      [
        ['ask', 'output', 'before'],
        ['before', 'output', 'each'],
        ['each', 'output', 'reply'],
        ['before', 'output', 'each', 'result'],
      ],
    ],
    ['mixed-body', [loop('each'), answer], [...around, ...body, ['answer', 'output', 'reply']]],
    [
      'mixed-body',
      [loop('each'), answer, model('beside', 'x')],
      [...around, ...body, ['ask', 'output', 'beside'], ['beside', 'output', 'answer']],
    ],
    ['cycle', [loop('each'), answer], [...around, ...body, ['answer', 'output', 'each']]],
    [
      'result-without-value',
      [loop('each'), node('is', 'condition', { expression: '{{ nodes.each.item.n }}' })],
      [...around, ['each', 'item', 'is'], ['is', 'true', 'each', 'result']],
    ],
  ])('%s', (code, nodes, wires) => {
    expect(codes(nodes, wires)).toContain(code);
  });

  test('holds no response, and ends in its own steps alone', () => {
    expect(
      codes(
        [loop('each'), answer, node('bye', 'response', { output: '' })],
        [...around, ...body, ['answer', 'output', 'bye']],
      ),
    ).toContain('response-in-body');
    const inner: readonly Wire[] = [
      ['each', 'item', 'inner'],
      ['inner', 'item', 'answer'],
      ['answer', 'output', 'inner', 'result'],
    ];
    expect(
      codes([loop('each'), loop('inner'), answer], [...around, ...inner, ['inner', 'output', 'each', 'result']]),
    ).toEqual([]);
    expect(
      codes([loop('each'), loop('inner'), answer], [...around, ...inner, ['answer', 'output', 'each', 'result']]),
    ).toContain('foreign-result');
  });

  test('may stream to the response behind its loop, also from several items at once', () => {
    const stream: Wire = ['answer', 'stream', 'reply', 'stream'];
    expect(codes([loop('each'), answer], [...around, ...body, stream])).toEqual([]);
    expect(codes([loop('each', { concurrency: 2 }), answer], [...around, ...body, stream])).toEqual([]);
  });

  test('mixes its tokens where callers that speak to a model get the text alone', () => {
    const wires: readonly Wire[] = [...around, ...body, ['answer', 'stream', 'reply', 'stream']];
    const served = (concurrency: number): readonly string[] =>
      codes([loop('each', { concurrency }), answer], wires, 'done', { model: 'loops' });
    expect(served(1)).not.toContain('mixed-tokens');
    expect(served(2)).toContain('mixed-tokens');
  });

  test('gives null where its last step was not reached', () => {
    const nodes = [loop('each'), node('is', 'condition', { expression: '{{ nodes.each.item.id }}' }), answer];
    const wires: readonly Wire[] = [
      ...around,
      ['each', 'item', 'is'],
      ['is', 'true', 'answer'],
      ['answer', 'output', 'each', 'result'],
    ];
    expect(codes(nodes, wires)).toEqual(['result-may-be-missing']);
  });
});

describe('what is read where', () => {
  test.each([
    ['{{ nodes.answer.output.content }}', 'inside-loop'],
    ['{{ nodes.each.item.id }}', 'inside-loop'],
    ['{{ nodes.each.index }}', 'inside-loop'],
  ])('outside of the body %s is not there', (output, code) => {
    const [finding] = found([loop('each'), answer], [...around, ...body], output);
    expect(finding).toMatchObject({ code, fixes: [{ title: 'Change it to `nodes.each.output`' }] });
  });

  test('in the body, the output of its loop is not there yet', () => {
    expect(codes([loop('each'), model('answer', '{{ nodes.each.output | length }}')], [...around, ...body])).toEqual([
      'loop-not-done',
    ]);
    expect(
      codes([loop('each', { items: '{{ nodes.answer.output.content }}' }), answer], [...around, ...body]),
    ).toContain('inside-loop');
  });

  test('items have the type of their list, results that of the last step', () => {
    expect(codes([loop('each'), model('answer', '{{ nodes.each.item.subject }}')], [...around, ...body])).toEqual([
      'impossible-member',
    ]);
    expect(codes([loop('each'), answer], [...around, ...body], '{{ nodes.each.output.content }}')).toEqual([
      'impossible-member',
    ]);
    expect(codes([loop('each', { items: '{{ input.draft }}' }), answer], [...around, ...body])).toContain(
      'wrong-expression-type',
    );
  });

  const again = (config: object) => node('again', 'repeat', { initial: { content: '{{ input.draft }}' }, ...config });
  const write = model('write', '{{ nodes.again.item.content }}');
  const rounds: readonly Wire[] = [
    ['ask', 'output', 'again'],
    ['again', 'item', 'write'],
    ['write', 'output', 'again', 'result'],
    ['again', 'output', 'reply'],
  ];

  test('`until` reads the steps of the body, `initial` does not', () => {
    expect(
      codes([again({ until: "{{ nodes.write.output.content == 'good' or nodes.again.index > 3 }}" }), write], rounds),
    ).toEqual([]);
    expect(codes([again({ initial: '{{ nodes.write.output.content }}', maxRounds: 2 }), write], rounds)).toContain(
      'inside-loop',
    );
    expect(codes([again({ until: '{{ nodes.again.output }}' }), write], rounds)).toContain('self-reference');
  });

  test('a repeat that nothing ends is found', () => {
    expect(codes([again({}), write], rounds)).toEqual(['endless-repeat']);
  });
});

test('bounds of costs multiply, and what has none is said', () => {
  const inner = [loop('each'), loop('inner', { items: '{{ input.mails }}', maxItems: 3 }), answer];
  const wires: readonly Wire[] = [
    ...around,
    ['each', 'item', 'inner'],
    ['inner', 'item', 'answer'],
    ['answer', 'output', 'inner', 'result'],
    ['inner', 'output', 'each', 'result'],
  ];
  const sound = checked(inner, wires);
  if (!sound.ok) throw new Error(JSON.stringify(sound.diagnostics));
  expect(worstCase(sound.value).nodes).toMatchObject([{ node: 'answer', calls: 60, answerTokens: 600 }]);
  const loose = checked(
    [loop('each', { items: "{{ input.draft | split(',') }}" }), model('answer', 'x')],
    [...around, ...body],
  );
  if (!loose.ok) throw new Error(JSON.stringify(loose.diagnostics));
  expect(worstCase(loose.value)).toMatchObject({
    answerTokens: null,
    nodes: [{ calls: null, notes: ['Nothing limits the items of `each`; `maxItems` does.'] }],
  });
});

test('a failure that is handled in a body has its rounds, and elsewhere may have none', () => {
  const ask = { ...node('get', 'httpRequest', { url: 'https://api.example.com/x' }), step: { onError: 'handle' } };
  const failed = node('failed', 'editFields', { set: { at: "{{ nodes.get.error.items | pluck('index') }}" } });
  const got = node('got', 'editFields', { set: { at: '{{ nodes.get.output.status }}' } });
  const both = node('both', 'editFields', { from: '{{ nodes.failed.output | default(nodes.got.output) }}' });
  const ways: readonly Wire[] = [
    ['get', 'output', 'got'],
    ['get', 'error', 'failed'],
    ['got', 'output', 'both'],
    ['failed', 'output', 'both'],
  ];
  const inBody: readonly Wire[] = [
    ['ask', 'output', 'each'],
    ['each', 'item', 'get'],
    ...ways,
    ['both', 'output', 'each', 'result'],
    ['each', 'output', 'reply'],
  ];
  expect(codes([loop('each'), ask, failed, got, both], inBody)).toEqual([]);
  const outside: readonly Wire[] = [['ask', 'output', 'get'], ...ways, ['both', 'output', 'reply']];
  expect(codes([ask, failed, got, both], outside)).toEqual(['optional-member']);
});

test('the items of pages have the type that the schema of one page gives them', () => {
  const page = {
    type: 'object',
    properties: { rows: { type: 'array', items: { type: 'object', properties: { n: {} } } } },
  };
  const pages = (config: object): readonly string[] => {
    const paged = { by: 'page', parameter: 'p', items: 'rows', ...config };
    const get = node('get', 'httpRequest', { url: 'https://api.example.com/x', answerSchema: page, pages: paged });
    const wires: readonly Wire[] = [
      ['ask', 'output', 'get'],
      ['get', 'output', 'reply'],
    ];
    return codes([get], wires, '{{ nodes.get.output.body[0].m | default(0) }}');
  };
  expect(pages({})).toEqual(['impossible-member']);
  expect(pages({ items: 'data' })).toEqual(['unfit-pages']);
  expect(pages({ items: undefined })).toEqual(['unfit-pages']);
  expect(pages({ by: 'cursor', at: 'next' })).toContain('unfit-pages');
});
