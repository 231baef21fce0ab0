import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parse } from '../../src/core/workflow/index.ts';
import { pictureOf } from '../../src/core/workflow/picture/picture.ts';
import { edge, node, read } from './workflows.ts';

const examples = join(import.meta.dirname, '../../examples');

function drawn(ids: Readonly<Record<string, string>>, edges: readonly string[]): string {
  const configs: Record<string, object> = {
    loop: { items: '{{ input.list }}' },
    switch: { value: 'a', cases: [{ id: 'a', equals: 'a' }] },
  };
  const nodes = Object.entries(ids).map(([id, type]) => node(id, type, configs[type]));
  const { file } = read(JSON.stringify({ version: 1, name: 'drawn', nodes, edges: edges.map(edge) }));
  return `\n${pictureOf(file)}\n`;
}

test.each(readdirSync(examples))('%s', async (name) => {
  const parsed = parse(readFileSync(join(examples, name, `${name}.workflow.json`), 'utf8'));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const picture = pictureOf(parsed.value.file);
  expect(Math.max(...picture.split('\n').map((line) => line.length))).toBeLessThanOrEqual(78);
  await expect(`${picture}\n`).toMatchFileSnapshot(`pictures/${name}.txt`);
});

test('a loop inside of a loop, and two ways behind it', () => {
  const ids = {
    ask: 'httpEndpoint',
    outer: 'loop',
    inner: 'loop',
    work: 'pythonFunction',
    one: 'response',
    two: 'pythonFunction',
  };
  const edges = [
    'ask > outer',
    'outer.item > inner',
    'inner.item > work',
    'work > inner.result',
    'inner > outer.result',
    'outer > one',
    'outer > two',
  ];
  expect(drawn(ids, edges)).toMatchInlineSnapshot(`
    "
    ● ask       HTTP Endpoint
    ● outer     Loop
    ├─╮
    │ ● inner   Loop             outer: item
    │ ├─╮
    │ │ ● work  Python Function  inner: item
    │ ├◂╯
    ├◂╯
    ├─╮
    ● │ one     Response
      ● two     Python Function
    "
  `);
});

test('what check refuses is drawn all the same', () => {
  const ids = { a: 'pythonFunction', b: 'pythonFunction', each: 'loop', alone: 'response' };
  const picture = drawn(ids, ['a > b', 'b > a', 'each > each.result', 'each.item > each.result', 'each > nowhere']);
  for (const id of Object.keys(ids)) expect(picture).toContain(`● ${id}`);
});
