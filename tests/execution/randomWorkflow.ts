import { pick } from '../workflow/expressions/random.ts';

interface RandomNode {
  readonly id: string;
  readonly type: string;
  readonly config: object;
  readonly step?: object;
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
  const add = (prefix: string, type: string, config: object, step?: object): string => {
    const id = `${prefix}${nodes.length}`;
    nodes.push({ id, type, config, ...(step !== undefined && { step }) });
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
      '{{ for tag in input.tags }}{{ tag }}, {{ end }}{{ if input.flag }}yes{{ else }}{{ input.age }}{{ end }}',
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

  /** Options that change nothing while a step works. */
  const harmless = (): object | undefined =>
    pick<object | undefined>(random, [
      undefined,
      undefined,
      { timeout: 30 },
      { retries: { max: 1, backoff: 0 } },
      { cache: { key: '{{ input.name }}', ttl: 1 } },
    ]);
  const work = (before: readonly string[], step = harmless()): string =>
    add('f', 'pythonFunction', { code, function: 'work', args: { given: text(before) } }, step);
  const model = (before: readonly string[], prefix: 'm' | 'j' | 'c', more: object = {}, step?: object): string =>
    add(
      prefix,
      'openaiCompletion',
      {
        model: pick(random, ['gpt-5.4-mini', 'gpt-4o']),
        api: pick(random, ['chat', 'responses']),
        ...(chance(0.7) && { systemPrompt: `You are number ${nodes.length}.` }),
        prompt: text(before),
        ...(prefix === 'j' && { responseFormat: { type: 'json_schema', schema: ticket } }),
        ...more,
      },
      step,
    );

  /** A switch, the handles of its cases, and `default`. */
  const choose = (before: readonly string[]): readonly [id: string, handles: readonly string[]] => {
    const when = (id: string) => ({ id, when: `{{ ${condition(before)} }}` });
    const config = pick(random, [
      () => ({ value: '{{ input.kind }}', cases: [{ id: 'x', equals: 'x' }, when('some')] }),
      () => ({ value: '{{ input.kind }}', cases: [when('some'), { id: 'y', equals: 'y' }] }),
      () => ({
        value: '{{ input.age + 1 }}',
        cases: [{ id: 'one', equals: 1 }, { id: 'two', equals: 2 }, when('other')],
      }),
      () => ({ value: '{{ input.score | default(null) }}', cases: [{ id: 'none', equals: null }, when('one')] }),
      () => ({ cases: [when('one'), when('other')] }),
    ])();
    return [add('s', 'switch', config), [...config.cases.map(({ id }) => id), 'default']];
  };

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
      'switch',
      'hub',
      'attempt',
      'delay',
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
    if (kind === 'switch') {
      const [id, handles] = choose(before);
      connect(from, handle, id);
      for (const way of handles) grow(id, way, before, left - 2);
      return;
    }
    if (kind === 'hub') {
      const [id, handles] = choose(before);
      connect(from, handle, id);
      const joined = work(before);
      const arms = handles.map((way, index) => {
        const arm = index > 0 && chance(0.4) ? undefined : work(before);
        if (arm !== undefined) connect(id, way, arm);
        connect(arm ?? id, arm === undefined ? way : 'output', joined);
        return arm;
      });
      const first = arms.find((arm) => arm !== undefined) ?? '';
      const last = work([...before, joined]);
      nodes.push({
        id: `${last}b`,
        type: 'pythonFunction',
        config: { code, function: 'work', args: { given: `{{ nodes.${first}.output.text | default('none') }}` } },
      });
      connect(joined, 'output', last);
      connect(last, 'output', `${last}b`);
      goOn(`${last}b`, 'output', [joined, last]);
      return;
    }
    if (kind === 'attempt') {
      const step = { onError: 'handle', ...harmless() };
      const id = chance(0.5) ? work(before, step) : model(before, pick(random, ['m', 'j']), {}, step);
      connect(from, handle, id);
      goOn(id);
      const sorry = add('f', 'pythonFunction', {
        code,
        function: 'work',
        args: { given: `{{ nodes.${id}.error.code }} {{ nodes.${id}.error.node }}` },
      });
      connect(id, 'error', sorry);
      grow(sorry, 'output', [...before, sorry], left - 1);
      return;
    }
    if (kind === 'delay') {
      const id = add('d', 'delay', { seconds: chance(0.5) ? 0 : '{{ input.age * 0 }}' });
      connect(from, handle, id);
      grow(id, 'output', before, left - 1);
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
