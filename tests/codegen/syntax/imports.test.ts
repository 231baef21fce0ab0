import { describe, expect, it } from 'vitest';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import { createScope } from '../../../src/core/codegen/python/syntax/names.ts';
import { printModule } from '../../../src/core/codegen/python/syntax/print.ts';
import type { Expr } from '../../../src/core/codegen/python/syntax/tree.ts';
import { ruffed } from './python.ts';
import { Random } from './random.ts';

const modules = [
  'typing',
  'asyncio',
  'json',
  'collections.abc',
  'os.path',
  'pydantic',
  'fastapi',
  'fastapi.responses',
  'httpx2',
  'pytest',
  'zlib',
  'app.functions.orders',
  'app.functions.orders2',
  'app.functions.orders10',
  'app.nodes.llm.openai',
  'app.runtime.context',
  'app.workflows',
] as const;
const words = [
  'Any',
  'any_of',
  'LIMIT',
  'A',
  'B2',
  'B10',
  'x',
  'X',
  '_private',
  '_PRIVATE',
  'HTTPError',
  'URL',
  'name10',
  'name9',
  'a1',
  'A1',
  'Name',
  'name',
  'NAME',
  'iOS',
  'T_co',
  'T',
] as const;

describe('imports', () => {
  it('are in the order and on the lines where ruff wants them', () => {
    const random = new Random(51);
    const texts = Array.from({ length: 400 }, () => {
      const used: Expr[] = random.times(12, () =>
        py.importedModule(random.pick(['asyncio', 'json', 'os', 'pytest', 'httpx2', 'app'] as const)),
      );
      const names = [...words].filter(() => random.chance(0.6));
      for (const name of names) used.push(py.imported(random.pick(modules), name));
      const many = random.chance(0.3)
        ? Array.from({ length: 9 }, (_, index) => createScope().snake(`rather long name ${index} x`))
        : [];
      used.push(...many.map((name) => py.imported('app.nodes.llm.openai', name)));
      return printModule(
        py.moduleOf(
          used.map((each) => py.statement(each)),
          random.chance(0.5) ? 'What it is.' : undefined,
        ),
      ).text;
    });
    const after = ruffed(texts);
    texts.forEach((text, index) => expect(text).toBe(after[index]));
  });

  it('give one name from one place only', () => {
    const body = [py.statement(py.imported('app.a', 'x')), py.statement(py.imported('app.b', 'x'))];
    expect(() => printModule(py.moduleOf(body))).toThrow('imported twice');
  });
});
