import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { plan } from '../../src/core/codegen/python/index.ts';
import { takenNames } from '../../src/core/codegen/python/workflow/names.ts';
import { check, parse } from '../../src/core/workflow/index.ts';
import { askPython } from '../codegen/syntax/python.ts';
import { python, writeGenerated } from './generatedProject.ts';

/** What a name may be taken for: all that Python and Pydantic themselves use, and what generated modules import. */
function namesWithMeaning(): readonly string[] {
  const program = `
import builtins, keyword
from pydantic import BaseModel
known = {*dir(builtins), *keyword.softkwlist, *dir(BaseModel), *dir(type(BaseModel)), "model_dump_x", "model_validate_x", "l"}
print(json.dumps(sorted(name for name in known if name.isidentifier() and not keyword.iskeyword(name) and name != "__debug__")))`;
  const names = askPython(program, null);
  if (!Array.isArray(names)) throw new Error('Python gave no names');
  return [...names.filter((name) => typeof name === 'string'), ...takenNames];
}

test('functions and properties may be called as Python, Pydantic and the imports of a module are', () => {
  const names = [...new Set(namesWithMeaning())];
  // A module has attributes of its own with two underscores on both sides.
  const functions = names.filter((name) => !name.startsWith('__') || name === '__import__');
  const code = (name: string): string => `def ${name}(x):\n    return "${name} " + x\n`;
  const files = new Map([
    ['join.py', `${code('len')}\n\n${code('orders')}\n\n${code('join')}`],
    ['orders.py', `${code('present')}\n\n${code('orders_too')}`],
  ]);
  const nodes = [
    ...functions.map((name) => ({ function: name, code: code(name) })),
    ...[...files].flatMap(([file, text]) =>
      [...text.matchAll(/def (\w+)/g)].map(([, name = '']) => ({ function: name, file })),
    ),
  ].map((config, index) => ({
    id: `n${index}`,
    type: 'pythonFunction',
    config: { ...config, args: { x: '{{ input.who }}' } },
  }));
  const output = [
    nodes.map(({ id }) => `{{ nodes.${id}.output }}`),
    names.map((name) => `{{ input['${name}'] }}`),
    '{{ input.items | length }}, {{ input.items | join }} {{ input.items | first | int }}',
  ];
  const properties = {
    ...Object.fromEntries(names.map((name) => [name, { type: 'string', minLength: 1 }])),
    who: { type: 'string' },
    items: { type: 'array', items: { type: 'string' } },
    how_many: { type: 'integer' },
  };
  const inputSchema = { type: 'object', properties, required: Object.keys(properties) };
  const workflow = {
    version: 1,
    name: 'shadows',
    nodes: [
      { id: 'start', type: 'httpEndpoint', config: { path: '/shadows', inputSchema } },
      ...nodes,
      { id: 'end', type: 'response', config: { output } },
    ],
    edges: [...nodes, { id: 'end' }].map(({ id }, index) => ({
      source: index === 0 ? 'start' : `n${index - 1}`,
      sourceHandle: 'output',
      target: id,
      targetHandle: 'input',
    })),
  };
  const parsed = parse(JSON.stringify(workflow));
  const checked = parsed.ok ? check(parsed.value, files) : parsed;
  if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics, null, 1));
  const folder = writeGenerated(plan(checked.value));
  const program = `
import asyncio, json, sys
from app.runtime.context import open_context
from app.workflows.shadows import ShadowsInput, run
async def output():
    async with open_context() as ctx:
        return (await run(ctx, ShadowsInput.model_validate(json.load(sys.stdin)))).output
print(json.dumps(asyncio.run(output())))`;
  const input = {
    ...Object.fromEntries(names.map((name) => [name, `${name}!`])),
    who: 'me',
    items: ['7', 'b'],
    how_many: 1,
  };
  try {
    const printed = execFileSync(python, ['-W', 'error', '-c', program], {
      cwd: folder,
      input: JSON.stringify(input),
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual([
      nodes.map(({ config }) => `${config.function} me`),
      names.map((name) => `${name}!`),
      '2, 7, b 7',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every name that a generated module imports is known as taken', () => {
  const golden = join(import.meta.dirname, '../codegen');
  const modules = readdirSync(golden, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.includes('app/workflows/') && file.endsWith('.py'))
    .map((file) => readFileSync(join(golden, file), 'utf8'));
  const program = `
import ast
print(json.dumps(sorted({alias.name for text in data for each in ast.walk(ast.parse(text))
    if isinstance(each, (ast.Import, ast.ImportFrom)) and not (getattr(each, "module", None) or "").startswith(("app.functions", "app.workflows"))
    for alias in each.names})))`;
  const imported = askPython(program, modules);
  expect(imported).toEqual(expect.arrayContaining(['asyncio', 'BaseModel']));
  expect(takenNames).toEqual(expect.arrayContaining(imported as string[]));
});

test('a function cannot be called __debug__', () => {
  const config = { function: '__debug__', code: 'def __debug__():\n    return 1\n' };
  const nodes = [
    { id: 'start', type: 'httpEndpoint', config: { path: '/a' } },
    { id: 'f', type: 'pythonFunction', config },
  ];
  const edges = [{ source: 'start', sourceHandle: 'output', target: 'f', targetHandle: 'input' }];
  const parsed = parse(JSON.stringify({ version: 1, name: 'a', nodes, edges }));
  const checked = parsed.ok ? check(parsed.value, new Map()) : parsed;
  expect(checked.diagnostics.map(({ code }) => code)).toContain('invalid-python-name');
});
