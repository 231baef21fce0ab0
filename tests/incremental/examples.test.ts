import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { createCompiler, type Compilation } from '../../src/core/codegen/python/index.ts';
import { expectAsAnew } from './compiledAnew.ts';
import { Random } from '../codegen/syntax/random.ts';

/** The files that a workflow is made of besides, and those that these name in turn. */
function sourcesOf(path: string, text: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (;;) {
    const added = createCompiler()
      .sourceFiles(text, sources)
      .filter((name) => !sources.has(name) && existsSync(join(path, '..', name)));
    if (added.length === 0) return sources;
    for (const name of added) sources.set(name, readFileSync(join(path, '..', name), 'utf8'));
  }
}

const folders = ['tests/codegen/golden', 'examples'];
const examples = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.workflow.json') && !path.includes('expected'))
    .map((path) => join(folder, path)),
);

/** Of a file's words and of its expressions, so many are edited. */
const most = 40;

test.each(examples)('gives after edits all over the file what compiling anew gives: %s', (path) => {
  const random = new Random(7);
  const compiler = createCompiler();
  const original = readFileSync(path, 'utf8');
  const sources = sourcesOf(path, original);
  expect(compiler.compile(original, sources).files).toBeDefined();
  const words = Array.from(original.matchAll(/"[^"\n]*?(\w{4,})[^"\n]*"/g), ([, word = '']) => word);
  for (const word of chosen(random, [...new Set(words)])) {
    const place = random.below(original.split(word).length - 1);
    let count = 0;
    const text = original.replaceAll(word, (each) => (count++ === place ? `${each} more` : each));
    expectAsAnew(compiler.compile(text, sources), text, sources);
  }
});

function chosen<T>(random: Random, all: readonly T[]): readonly T[] {
  const left = [...all];
  while (left.length > most) left.splice(random.below(left.length), 1);
  return left;
}

test.each(examples)('gives after moves and edits of expressions what compiling anew gives: %s', (path) => {
  const random = new Random(8);
  const compiler = createCompiler();
  const original = readFileSync(path, 'utf8');
  const sources = sourcesOf(path, original);
  const expectSame = (text: string): Compilation => {
    const compilation = compiler.compile(text, sources);
    expectAsAnew(compilation, text, sources);
    return compilation;
  };
  const file = JSON.parse(original) as { readonly nodes: { position?: { x: number; y: number } }[] };
  const { files } = expectSame(JSON.stringify(file, null, 2));
  for (const node of file.nodes) node.position = { x: random.below(100), y: random.below(100) };
  const { files: afterwards } = expectSame(JSON.stringify(file, null, 2));
  expect(afterwards?.every((each, index) => each === files?.[index])).toBe(true);
  expectSame(original);
  const expressions = [...original.matchAll(/\{\{[^{}]*\}\}/g)];
  for (const { 0: expression, index } of chosen(random, expressions)) {
    const others = [random.pick(expressions)[0], expression.replace('}}', '| json }}'), expression.slice(0, -2), ''];
    for (const other of new Set([random.pick(others), random.pick(others)]))
      expectSame(original.slice(0, index) + other + original.slice(index + expression.length));
  }
  expectSame(original);
});
