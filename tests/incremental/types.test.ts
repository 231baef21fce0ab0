import { expect, test } from 'vitest';

import { createCompiler, emit, plan, type GeneratedFile } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { Random } from '../codegen/syntax/random.ts';

type Config = Record<string, unknown>;

/** A field that is of another type in each edit, and at times null or not there. */
const fieldSchema = (random: Random, types: readonly string[]): Config => {
  const type = random.pick(types);
  return { type: random.chance(0.2) ? [type, 'null'] : type };
};

/** An object whose fields change: `a` can be put in order, `b` is anything, `list` has such objects. */
function objectSchema(random: Random, depth = 1): Config {
  const properties = {
    a: { type: random.pick(['string', 'integer', 'number']) },
    b: fieldSchema(random, ['string', 'integer', 'boolean', 'object', 'array']),
    ...(depth > 0 && { list: { type: 'array', items: objectSchema(random, depth - 1), maxItems: 5 } }),
  };
  const required = Object.keys(properties).filter((name) => name !== 'b' || random.chance(0.5));
  return { type: 'object', required, properties, additionalProperties: false };
}

/** A path into what one of some nodes gives, and something for where it leads nowhere. */
function read(random: Random, from: readonly string[]): string {
  const path = `${random.pick(from)}${random.pick(['', '', '.a', '.b'])}`;
  const more = ["default('none')", 'default(0)', 'json', 'string', 'default(null)'];
  return random.chance(0.4) ? `{{ ${path} }}` : `{{ ${path} | ${random.pick(more)} }}`;
}

const fetched = 'nodes.fetched.output.body';
const rows = 'nodes.found.output.rows';
const parsed = 'nodes.told.output.parsed';

/** Configs of each node, by what they read. */
const configs: Readonly<Record<string, (random: Random) => Config>> = {
  fetched: (random) => ({ url: 'https://api.example.com', answerSchema: objectSchema(random) }),
  found: (random) => ({ sql: 'SELECT 1', rowSchema: objectSchema(random, 0) }),
  told: (random) => ({
    model: 'gpt-5.4-mini',
    prompt: 'Say it as JSON.',
    responseFormat: random.pick(['json_object', { type: 'json_schema', name: 'a', schema: objectSchema(random) }]),
  }),
  card: (random) => ({
    from: `{{ ${random.pick([fetched, `${fetched}.list | first | default({'a': 1})`, `${rows} | first | default({'a': 1})`])} }}`,
    set: { [random.pick(['a', 'b'])]: random.pick([1, 'x', read(random, [fetched])]) },
  }),
  kept: (random) => ({
    items: random.pick([`{{ ${rows} }}`, `{{ ${fetched}.list }}`]),
    where: [{ field: random.pick(['a', 'b']), operator: random.pick(['exists', 'missing']) }],
  }),
  sorted: (random) => ({ items: random.pick(['{{ nodes.kept.output }}', `{{ ${rows} }}`]), by: [{ field: 'a' }] }),
  summed: (random) => ({
    items: random.pick(['{{ nodes.sorted.output }}', '{{ nodes.kept.output }}']),
    groupBy: 'a',
    values: { b: { operation: random.pick(['first', 'list', 'max']), field: 'a' } },
  }),
  each: (random) => ({
    items: random.pick(['{{ nodes.sorted.output }}', `{{ ${rows} }}`, '{{ nodes.summed.output }}', '{{ input.list }}']),
    onItemError: random.pick(['fail', 'skip', 'collect']),
    concurrency: random.pick([1, 2]),
  }),
  inner: (random) => ({ set: { a: read(random, ['nodes.each.item', 'nodes.card.output']) } }),
  sure: (random) => ({
    value: random.pick([
      '{{ nodes.each.output | first }}',
      '{{ nodes.card.output }}',
      '{{ nodes.summed.output | last }}',
    ]),
    schema: objectSchema(random, 0),
    onInvalid: random.pick(['fail', 'report']),
  }),
  which: (random) => ({ expression: read(random, ['nodes.card.output', parsed]) }),
  note: (random) => ({ message: `Text ${read(random, ['nodes.card.output', parsed])}` }),
  end: (random) => ({
    output: {
      one: random.pick(['{{ nodes.sure.output }}', '{{ nodes.each.output }}', '{{ nodes.summed.output | first }}']),
      two: read(random, [parsed, fetched, 'nodes.card.output']),
      three: random.pick(['{{ nodes.kept.output }}', "{{ nodes.each.output | pluck('a') }}", `{{ ${rows} }}`]),
    },
  }),
};

/** What nothing is typed by but those that read it: edits of these go no further. */
const often = ['told', 'told', 'told', 'end', 'end', 'end', 'note', 'which'];

const types: Readonly<Record<string, string>> = {
  fetched: 'httpRequest',
  found: 'sqliteQuery',
  told: 'openaiCompletion',
  card: 'editFields',
  kept: 'filterArray',
  sorted: 'sortArray',
  summed: 'aggregate',
  each: 'loop',
  inner: 'editFields',
  sure: 'validate',
  which: 'condition',
  note: 'log',
  end: 'response',
};

const edges = [
  ['ask', 'fetched'],
  ['fetched', 'found'],
  ['found', 'told'],
  ['told', 'card'],
  ['card', 'kept'],
  ['kept', 'sorted'],
  ['sorted', 'summed'],
  ['summed', 'each'],
  ['each', 'inner', 'item'],
  ['inner', 'each', 'output', 'result'],
  ['each', 'sure'],
  ['sure', 'which'],
  ['which', 'note', 'true'],
  ['sure', 'end'],
].map(([source, target, sourceHandle, targetHandle]) => ({ source, target, sourceHandle, targetHandle }));

const ask = {
  id: 'ask',
  type: 'httpEndpoint',
  config: {
    path: '/ask',
    inputSchema: {
      type: 'object',
      required: ['list'],
      properties: { list: { type: 'array', items: { type: 'object', properties: { a: { type: 'integer' } } } } },
    },
  },
};

function textOf(nodes: ReadonlyMap<string, Config>): string {
  const written = [...nodes].map(([id, config]) => ({ id, type: types[id], config }));
  return JSON.stringify({ version: 1, name: 'typed', nodes: [ask, ...written], edges }, null, 2);
}

function compiledAnew(text: string): { readonly diagnostics: unknown; readonly files: unknown } {
  const parsedText = parse(text);
  if (!parsedText.ok) return { diagnostics: parsedText.diagnostics, files: undefined };
  const checked = check(parsedText.value, new Map());
  const diagnostics = [...parsedText.diagnostics, ...checked.diagnostics];
  return { diagnostics, files: checked.ok ? emit(plan(checked.value)) : undefined };
}

test.each([2, 4])(
  'types that change along several nodes are those of a compiler that begins anew (seed %i)',
  (seed) => {
    const random = new Random(seed);
    let revised = 0;
    for (let file = 0; file < 3; file += 1) {
      const compiler = createCompiler();
      const ids = Object.keys(configs);
      const nodes = new Map(ids.map((id) => [id, configs[id]?.(random) ?? {}]));
      // What breaks a workflow is mostly taken back, so that projects are compared too.
      const latest = new Map(nodes);
      let last: GeneratedFile | undefined;
      for (let step = 0; step < 25; step += 1) {
        const text = textOf(nodes);
        const { diagnostics, files } = compiler.compile(text, new Map());
        const anew = compiledAnew(text);
        expect({ text, diagnostics }).toEqual({ text, diagnostics: anew.diagnostics });
        expect({ text, files }).toEqual({ text, files: anew.files });
        if (files !== undefined) {
          const dockerfile = files.find(({ path }) => path === 'Dockerfile');
          if (dockerfile === last) revised += 1;
          last = dockerfile;
          for (const [id, config] of nodes) latest.set(id, config);
        } else if (random.chance(0.8)) for (const [id, config] of latest) nodes.set(id, config);
        for (let edits = 1 + random.below(2); edits > 0; edits -= 1) {
          const id = random.pick([...ids, ...often]);
          nodes.set(id, configs[id]?.(random) ?? {});
        }
      }
    }
    expect(revised).toBeGreaterThan(10);
  },
);
