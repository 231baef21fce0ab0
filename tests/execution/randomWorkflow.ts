import { pick } from '../workflow/expressions/random.ts';

interface RandomNode {
  readonly id: string;
  readonly type: string;
  readonly config: object;
}

const inputSchema = {
  type: 'object',
  required: ['age', 'name'],
  properties: {
    age: { type: 'integer' },
    name: { type: 'string' },
    flag: { type: 'boolean', default: false },
    score: { type: 'number' },
    tags: { type: 'array', items: { type: 'string' }, default: ['a'] },
    kind: { enum: ['x', 'y'], default: 'x' },
  },
};

const ticket = {
  type: 'object',
  required: ['topic', 'score'],
  additionalProperties: false,
  properties: { topic: { enum: ['a', 'b'] }, score: { type: 'number' } },
};

const functions = [
  { name: 'book', parameters: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } },
  { name: 'stop' },
];

/** What a function of the project would do is not for its tests to reach. */
const code =
  'def work(given: object) -> object:\n    """Reaches a database."""\n    raise LookupError("There is none.")\n';

/**
 * The text of a sound workflow file with conditions, functions, forks and models that answer in text, in JSON or with a
 * call, and loops over them, nested at most `depth` deep; expressions read what ran before.
 */
export function randomWorkflow(random: () => number, name: string, depth: number): string {
  const nodes: RandomNode[] = [];
  const edges: object[] = [];
  const chance = (share: number): boolean => random() < share;
  const add = (prefix: string, type: string, config: object): string => {
    const id = `${prefix}${nodes.length}`;
    nodes.push({ id, type, config });
    return id;
  };
  const connect = (source: string, sourceHandle: string, target: string, targetHandle = 'input'): void => {
    edges.push({ source, sourceHandle, target, targetHandle });
  };

  /** What the loops around are at, as texts. */
  const rounds: string[] = [];
  const text = (before: readonly string[]): string =>
    pick(random, [
      ...rounds,
      ...rounds,
      '{{ input.name }}',
      '{{ input.age }} of {{ input.score | default(0) }}',
      '{{ input.tags | join }} {{ input.kind | upper }}',
      ...before.map((id) =>
        id.startsWith('l')
          ? `{{ nodes.${id}.output | length }}`
          : pick(random, [
              `{{ nodes.${id}.output.${read(id)} | default('none') }}`,
              `{{ nodes.${id}.output.${read(id)} }}`,
              `{{ nodes.${id}.output.${read(id)} | upper | trim }}`,
              `{{ nodes.${id}.output.${read(id)} | default('no') | length }}\n{{ input.tags | join('\\n') }}`,
            ]),
      ),
    ]);
  const read = (id: string): string =>
    ({ f: 'text', p: 'text', m: 'content', c: 'content', j: 'parsed.topic' })[id.charAt(0)] ?? '';
  const atom = (before: readonly string[]): string =>
    pick(random, [
      'input.flag',
      `input.age > ${Math.floor(random() * 50)}`,
      "input.name | lower | trim == 'eve'",
      'input.tags | length > 1',
      'input.score | default(0) >= 2.5',
      ...before.map((id) => {
        if (id.startsWith('l')) return `nodes.${id}.output | length > 1`;
        if (/^[fp]/.test(id)) return pick(random, [`nodes.${id}.output.count > 7`, `nodes.${id}.output.ok`]);
        return id.startsWith('j') ? `nodes.${id}.output.parsed.score < 3` : `nodes.${id}.output.content == 'yes'`;
      }),
    ]);
  const condition = (before: readonly string[]): string => {
    const [one, other] = [atom(before), atom(before)];
    return pick(random, [
      one,
      `not (${one})`,
      `not not (${one})`,
      `not input.kind == 'x'`,
      `not (input.age != 3)`,
      `${one} and ${other}`,
      `not (${one}) or ${other}`,
    ]);
  };

  const work = (before: readonly string[]): string =>
    add('f', 'pythonFunction', { code, function: 'work', args: { given: text(before) } });
  const model = (before: readonly string[], prefix: 'm' | 'j' | 'c', more: object = {}): string =>
    add(prefix, 'openaiCompletion', {
      model: pick(random, ['gpt-5.4-mini', 'gpt-4o']),
      api: pick(random, ['chat', 'responses']),
      ...(chance(0.7) && { systemPrompt: `You are number ${nodes.length}.` }),
      prompt: text(before),
      ...(prefix === 'j' && { responseFormat: { type: 'json_schema', schema: ticket } }),
      ...more,
    });

  /** Steps of a body, and the node and handle that they end in. */
  const body = (loop: string, before: readonly string[], left: number): readonly [string, string] => {
    const first = chance(0.5) ? work(before) : model(before, pick(random, ['m', 'j']));
    connect(loop, 'item', first);
    const kind = pick(random, ['one', 'branch', 'join', 'fork', 'loop']);
    if (kind === 'one' || left <= 0) return [first, 'output'];
    if (kind === 'loop') return [inner(first, [...before, first], left - 1), 'output'];
    if (kind === 'fork') {
      const arms = [work([...before, first]), model([...before, first], 'm')];
      const last = work([...before, first, ...arms]);
      for (const arm of arms) {
        connect(first, 'output', arm);
        connect(arm, 'output', last);
      }
      return [last, 'output'];
    }
    const is = add('is', 'condition', { expression: `{{ ${condition([...before, first])} }}` });
    connect(first, 'output', is);
    const one = chance(0.5) ? work([...before, first]) : model([...before, first], 'm');
    connect(is, 'true', one);
    if (kind === 'branch') return [one, 'output'];
    const last = add('f', 'pythonFunction', {
      code,
      function: 'work',
      args: { given: `{{ nodes.${one}.output.${read(one)} | default('none') }}` },
    });
    connect(is, 'false', last);
    connect(one, 'output', last);
    return [last, 'output'];
  };

  /** A loop behind a node. */
  const inner = (from: string, before: readonly string[], left: number, handle = 'output'): string => {
    const id = add('l', 'loop', {
      items: pick(random, [
        '{{ input.tags }}',
        "{{ ['x', input.name] }}",
        "{{ input.tags | default(['y']) | reverse }}",
      ]),
      concurrency: pick(random, [1, 1, 3]),
      onItemError: pick(random, ['fail', 'skip', 'collect']),
    });
    connect(from, handle, id);
    rounds.push(`{{ nodes.${id}.item }} at {{ nodes.${id}.index }}`);
    const [last, out] = chance(0.1) ? [id, 'item'] : body(id, before, left);
    rounds.pop();
    connect(last, out, id, 'result');
    return id;
  };

  const rewrite = (from: string, before: readonly string[], handle: string): string => {
    const maxRounds = 1 + Math.floor(random() * 3);
    const id = add('p', 'repeat', { initial: { text: text(before), count: 0, ok: false }, maxRounds });
    connect(from, handle, id);
    rounds.push(`{{ nodes.${id}.item.text }} for the {{ nodes.${id}.index + 1 }}. time`);
    const last = work(before);
    rounds.pop();
    connect(id, 'item', last);
    connect(last, 'output', id, 'result');
    const until = pick(random, [`nodes.${last}.output.ok`, `nodes.${id}.index > 0 and ${condition(before)}`]);
    if (chance(0.7)) Object.assign(nodes.find((node) => node.id === id)?.config ?? {}, { until: `{{ ${until} }}` });
    return id;
  };

  const grow = (from: string, handle: string, before: readonly string[], left: number): void => {
    const goOn = (id: string, out = 'output', also: readonly string[] = []): void =>
      grow(id, out, [...before, ...also, id], left - 1);
    const kind = pick(random, [
      'response',
      'function',
      'model',
      'json',
      'fork',
      'call',
      'condition',
      'condition',
      'diamond',
      'loop',
      'repeat',
    ]);
    if (left <= 0 || kind === 'response') {
      const output = pick<unknown>(random, [text(before), { a: text(before), b: ['{{ input.age > 3 }}'] }]);
      const id = add('r', 'response', { output, status: pick(random, [200, 201]) });
      connect(from, handle, id);
      if (handle === 'output' && (from.startsWith('m') || from.startsWith('c'))) connect(from, 'stream', id, 'stream');
      return;
    }
    if (kind === 'fork') {
      const arms = [chance(0.5) ? work(before) : model(before, 'm'), model(before, chance(0.5) ? 'm' : 'j')];
      const joined = work([...before, ...arms]);
      for (const arm of arms) {
        connect(from, handle, arm);
        connect(arm, 'output', joined);
      }
      goOn(joined, 'output', arms);
      return;
    }
    if (kind === 'loop') {
      goOn(inner(from, before, left, handle));
      return;
    }
    if (kind === 'repeat') {
      goOn(rewrite(from, before, handle));
      return;
    }
    if (kind === 'diamond') {
      const id = add('is', 'condition', { expression: `{{ ${condition(before)} }}` });
      connect(from, handle, id);
      const arms = ['true', 'false'].map((way) => {
        const arm = chance(0.5) ? work(before) : model(before, pick(random, ['m', 'j']));
        connect(id, way, arm);
        return arm;
      });
      const joined = chance(0.5) ? work(before) : model(before, 'm');
      for (const arm of arms) connect(arm, 'output', joined);
      const [one = '', other = ''] = arms.map((arm) => `nodes.${arm}.output.${read(arm)}`);
      const either = `{{ ${one} | default(${other}) }} {{ ${other} | default('none') | json }}`;
      const last = add('f', 'pythonFunction', { code, function: 'work', args: { given: either } });
      connect(joined, 'output', last);
      goOn(last, 'output', [joined]);
      return;
    }
    if (kind === 'condition') {
      const id = add('is', 'condition', { expression: `{{ ${condition(before)} }}` });
      connect(from, handle, id);
      for (const way of ['true', 'false']) grow(id, way, before, left - 1);
      return;
    }
    const made =
      kind === 'function'
        ? work(before)
        : kind === 'call'
          ? model(before, 'c', { [pick(random, ['functions', 'tools'])]: functions, model: 'gpt-4o', api: 'chat' })
          : model(before, kind === 'json' ? 'j' : 'm');
    connect(from, handle, made);
    goOn(made);
    if (kind === 'call') {
      const called = add('f', 'pythonFunction', {
        code,
        function: 'work',
        args: { given: `{{ nodes.${made}.function_call.name }}` },
      });
      connect(made, 'function_call', called);
      goOn(called);
    }
  };

  const stream = pick(random, ['auto', 'auto', 'never', 'always']);
  grow(add('start', 'httpEndpoint', { path: `/${name}`, stream, inputSchema }), 'output', [], depth);
  return JSON.stringify({ version: 1, name, nodes, edges });
}
