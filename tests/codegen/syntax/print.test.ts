import { describe, expect, it } from 'vitest';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import { printModule } from '../../../src/core/codegen/python/syntax/print.ts';
import type { Expr, Stmt } from '../../../src/core/codegen/python/syntax/tree.ts';
import { askPython, ruffed } from './python.ts';
import { Random, hostileText } from './random.ts';

const printed = (...body: Stmt[]): string => printModule(py.moduleOf(body)).text;
const a = py.name('a');

describe('a printed module', () => {
  it('is empty when it holds nothing', () => {
    expect(printed()).toBe('');
  });

  it('keeps long prompts readable', () => {
    const prompt = `You help customers in {region}.\nBe brief.\n\nNever promise a refund${', and stay polite when the customer is not'.repeat(3)}.`;
    const message = py.dict([py.entry('role', py.literal('system')), py.entry('content', py.literal(prompt))]);
    expect(printed(py.assign(py.name('messages'), py.list([message])))).toBe(`messages = [
    {
        "role": "system",
        "content": (
            "You help customers in {region}.\\n"
            "Be brief.\\n"
            "\\n"
            "Never promise a refund, and stay polite when the customer is not, and stay polite when the "
            "customer is not, and stay polite when the customer is not."
        ),
    }
]
`);
  });

  it('quotes strings inside f-strings as Python 3.11 can read them', () => {
    const field = py.subscript(a, 'name');
    expect(printed(py.statement(py.fstring(['Hello ', field, '!'])))).toBe(`f"Hello {a['name']}!"\n`);
    expect(printed(py.statement(py.fstring(['"Hello" ', field])))).toBe(`f'"Hello" {a["name"]}'\n`);
  });

  it.each<[string, Expr]>([
    ['a quote', py.subscript(a, "it's")],
    ['a line break', py.subscript(a, 'x\ny')],
    ['a letter that is not ASCII', py.literal(['é'])],
    ['an f-string', py.fstring(['x', a])],
  ])('cannot hold %s between the braces of an f-string', (_, expr) => {
    expect(py.fitsInFString(expr)).toBe(false);
    if (expr.kind !== 'fstring') expect(() => printed(py.statement(py.fstring([expr])))).toThrow('f-string');
  });

  it('has docstrings that say what they were given', () => {
    const random = new Random(61);
    const plain = [
      'Answers a customer.',
      'One line.\n\nAnd more, with `code` and "quotes" here.',
      'a\n\n\nb',
      ' lead',
      'trail ',
      'x\n  indented',
      '"',
      'a"',
      '',
    ];
    const docstrings = [...plain, ...Array.from({ length: 500 }, () => hostileText(random))];
    const texts = docstrings.map((docstring) => {
      const method = py.def('run', { parameters: [], returns: py.literal(null), docstring, body: [] });
      return printModule(py.moduleOf([py.classDef('Model', { docstring, body: [method] })], docstring)).text;
    });
    expect(ruffed(texts)).toEqual(texts);
    const wrong = askPython(
      `import ast, inspect
wrong = []
for text, docstring in data:
    tree = ast.parse(text)
    for node in [tree, tree.body[1], tree.body[1].body[1]]:
        if inspect.cleandoc(ast.get_docstring(node, clean=False)) != inspect.cleandoc(docstring): wrong.append([text, docstring])
print(json.dumps(wrong))`,
      texts.map((text, index) => [text, docstrings[index]]),
    );
    expect(wrong).toEqual([]);
  });

  it('takes time in proportion to its length', () => {
    const call = py.awaited(
      py.call(
        py.name('complete'),
        py.name('ctx'),
        py.dict([py.spread(a), py.entry('messages', py.list([a, a]))]),
        py.keyword('node', py.literal('answer')),
      ),
    );
    const statements = (count: number): Stmt[] =>
      Array.from({ length: count }, (_, index) =>
        index % 5 === 0
          ? py.assign(a, py.literal({ text: 'word '.repeat(20), more: ['word '.repeat(10), index] }))
          : py.assign(a, call),
      );
    const fastest = (body: readonly Stmt[]): number =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const start = process.cpuUsage();
          printModule(py.moduleOf(body));
          const { user, system } = process.cpuUsage(start);
          return user + system;
        }),
      );
    fastest(statements(500));
    // Eight times the statements: about 8 times the work when it is linear, 64 times when it is quadratic.
    expect(fastest(statements(8000)) / fastest(statements(1000))).toBeLessThan(24);
  });
});
