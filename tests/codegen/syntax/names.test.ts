import { describe, expect, it } from 'vitest';
import { createScope, identifier, modulePath } from '../../../src/core/codegen/python/syntax/names.ts';
import { hasMeaning } from '../../../src/core/codegen/python/syntax/reserved.ts';
import { askPython } from './python.ts';
import { Random, hostileText } from './random.ts';

describe('names made of file text', () => {
  it.each([
    ['get-order', 'get_order', 'GET_ORDER', 'GetOrder'],
    ['getOrder', 'get_order', 'GET_ORDER', 'GetOrder'],
    ['HTTPEndpoint2', 'http_endpoint_2', 'HTTP_ENDPOINT_2', 'HttpEndpoint2'],
    ['2nd', 'value_2nd', 'VALUE_2ND', 'Value2nd'],
    ['class', 'class_', 'CLASS', 'Class'],
    ['None', 'none', 'NONE', 'None_'],
    ['print', 'print_', 'PRINT', 'Print'],
    ['Größe', 'grosse', 'GROSSE', 'Grosse'],
    ['取得', 'value', 'VALUE', 'Value'],
    ['', 'value', 'VALUE', 'Value'],
  ])('%j reads as %s, %s, %s', (text, snake, constant, pascal) => {
    expect(createScope().snake(text)).toBe(snake);
    expect(createScope().constant(text)).toBe(constant);
    expect(createScope().pascal(text)).toBe(pascal);
  });

  it('differ from each other and from what is taken, also further out', () => {
    const outer = createScope(['run']);
    expect([outer.snake('run'), outer.snake('run'), outer.snake('RUN')]).toEqual(['run_2', 'run_3', 'run_4']);
    expect(createScope(['ctx'], outer).snake('run 2')).toBe('run_2_2');
  });

  it('may be builtins where they are fields', () => {
    expect(createScope().field('id')).toBe('id');
    expect(createScope().field('_class')).toBe('class_');
  });

  it('are identifiers and no keywords, whatever the text', () => {
    const random = new Random(41);
    const scope = createScope();
    const texts = Array.from(
      { length: 4000 },
      () => hostileText(random) + random.pick(['', 'class', 'Ünïcode', 'x'.repeat(300), 'İ', 'ſ', 'K']),
    );
    const names = texts.flatMap((text) => [
      scope.snake(text),
      scope.constant(text),
      scope.pascal(text),
      scope.field(text),
    ]);
    expect(new Set(names).size).toBe(names.length);
    const wrong = askPython(
      `import keyword
print(json.dumps([each for each in data if not each.isidentifier() or not each.isascii() or keyword.iskeyword(each) or keyword.issoftkeyword(each)]))`,
      names,
    );
    expect(wrong).toEqual([]);
  });
});

it('knows the keywords and builtins of the Python at hand', () => {
  const names = askPython(
    'import builtins, keyword\nprint(json.dumps([*keyword.kwlist, *keyword.softkwlist, "__debug__", *dir(builtins)]))',
    null,
  );
  if (!Array.isArray(names)) throw new Error('Python gave no names');
  expect(names.filter((name) => typeof name === 'string' && !hasMeaning(name))).toEqual([]);
});

describe('fixed names', () => {
  it('are refused when Python would not take them', () => {
    expect(() => identifier('class')).toThrow();
    expect(() => identifier('a-b')).toThrow();
    expect(() => modulePath('app.1x')).toThrow();
    expect(modulePath('app.functions', identifier('orders'))).toBe('app.functions.orders');
  });

  it('cannot be text that is known only at run time', () => {
    const text: string = 'order';
    // @ts-expect-error only literal types are constants
    expect(identifier(text)).toBe('order');
    // @ts-expect-error a template with a run-time part is none either
    expect(modulePath(`app.${text}`)).toBe('app.order');
  });
});
