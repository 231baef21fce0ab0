import { describe, expect, test } from 'vitest';

import { docstringOf } from '../../../src/core/workflow/python/docstring.ts';
import { pathProblem } from '../../../src/core/workflow/filePath.ts';
import { isPythonName } from '../../../src/core/workflow/python/names.ts';
import { PythonModule, pythonSignature } from '../../../src/core/workflow/python/PythonModule.ts';
import { sourceProblem } from '../../../src/core/workflow/python/sourceSafety.ts';

/** "name:kind:annotation:default" of each parameter. */
function parameters(list: string): readonly string[] {
  const signature = pythonSignature(`def f(${list}):\n    pass\n`, 'f');
  return (signature?.parameters ?? []).map(({ name, kind, annotation, hasDefault }) =>
    [name, kind, annotation ?? '', hasDefault ? '=' : ''].join(':'),
  );
}

describe('parameters', () => {
  test.each([
    ['', []],
    ['a', ['a:positionalOrKeyword::']],
    ['a, b=1,', ['a:positionalOrKeyword::', 'b:positionalOrKeyword::=']],
    ['a: int, b: dict[str, int] = {}', ['a:positionalOrKeyword:int:', 'b:positionalOrKeyword:dict[str, int]:=']],
    ['a, /, b', ['a:positionalOnly::', 'b:positionalOrKeyword::']],
    ['a, b=2, /', ['a:positionalOnly::', 'b:positionalOnly::=']],
    ['*, a, b=1', ['a:keywordOnly::', 'b:keywordOnly::=']],
    ['*args: str, a', ['args:variadic:str:', 'a:keywordOnly::']],
    ['a, **rest', ['a:positionalOrKeyword::', 'rest:keywordVariadic::']],
    ['a, /, b, *, c, **d', ['a:positionalOnly::', 'b:positionalOrKeyword::', 'c:keywordOnly::', 'd:keywordVariadic::']],
    [
      '\n  a,  # the first, with (brackets)\n  # nothing\n  b: "x, y" = ",",\n',
      ['a:positionalOrKeyword::', 'b:positionalOrKeyword:"x, y":='],
    ],
    [
      'a: Callable[[int], str] = lambda x: str(x), b=(1, 2)',
      ['a:positionalOrKeyword:Callable[[int], str]:=', 'b:positionalOrKeyword::='],
    ],
    ['a: int | None = None', ['a:positionalOrKeyword:int | None:=']],
  ])('(%s)', (list, expected) => {
    expect(parameters(list)).toEqual(expected);
  });
});

describe('functions', () => {
  test('async, with a docstring', () => {
    const code =
      'import x\n\n@cache(1)\nasync def f() -> str:\n    """Says\n       it.\n\n       Twice.\n    """\n    return ""\n';
    expect(pythonSignature(code, 'f')).toEqual({
      isAsync: true,
      docstring: 'Says\nit.\n\nTwice.',
      parameters: [],
      returns: undefined,
    });
  });

  test('the last definition counts, so overloads do not', () => {
    const code = '@overload\ndef f(a: int): ...\n@overload\ndef f(a: str): ...\ndef f(a, b=1):\n    return a\n';
    expect(pythonSignature(code, 'f')?.parameters).toHaveLength(2);
    expect(new PythonModule(code).functionNames).toEqual(['f']);
  });

  test('only those at the top level, also in if and try', () => {
    const code =
      'class A:\n    def a(self): pass\ndef b():\n    def c(): pass\ntry:\n    def d(): pass\nexcept E:\n    def e(): pass\nif x:\n    def g(): pass\nelse:\n    def h(): pass\n';
    expect(new PythonModule(code).functionNames).toEqual(['b', 'd', 'e', 'g', 'h']);
    expect(pythonSignature(code, 'a')).toBeUndefined();
  });

  test('a function on one line, and one whose body is no docstring', () => {
    expect(pythonSignature('def f(a): return a', 'f')).toEqual({
      isAsync: false,
      docstring: undefined,
      parameters: [expect.objectContaining({ name: 'a' })],
    });
    expect(pythonSignature('def f():\n    x = "no"\n', 'f')?.docstring).toBeUndefined();
  });
});

test.each([
  ['"""One."""', 'One.'],
  ["'One.'", 'One.'],
  ['r"""a\\b"""', 'a\\b'],
  ['"""One.\r\n\r\n    Two.\r\n      Three.\r\n    """', 'One.\n\nTwo.\n  Three.'],
  ['b"bytes"', undefined],
  ['f"{x}"', undefined],
])('the docstring %j', (literal, text) => {
  expect(docstringOf(literal)).toBe(text);
});

test.each([
  ['def f(:\n    pass\n', true],
  ['x = (1,\n', true],
  ['def f():\nreturn 1\n', true],
  ['def f[T](a: T) -> T:\n    match a:\n        case 1: return a\n    return f"{a!r:>{10}}"\n', false],
  ['type A = int\nx = [y async for y in z if (w := y)]\n', false],
  ['', false],
])('the syntax of %j', (code, isWrong) => {
  expect(new PythonModule(code).syntaxProblem !== undefined).toBe(isWrong);
});

test.each([
  ['# coding: utf-8\nx = 1\n', undefined],
  ['# -*- coding: UTF8 -*-\n', undefined],
  ['#!/usr/bin/python\n# vim: set fileencoding=latin-1 :\n', 2],
  ['x = 1\n# coding: utf-7\n', undefined],
  ['\n# coding: utf-7\n', 2],
  ['# one\n# two\n# coding: utf-7\n', undefined],
  ['# coding: utf-7', 1],
  ['x = 1\r\ny = 2\r\n', undefined],
  ['# x\ry = 2\n', 1],
  ['x = 1\n# \u2066 \u2069\n', 2],
  ['x = "\0"', 1],
  ['\uFEFFx = 1', undefined],
  ['x\uFEFF = 1', 1],
  ['x = "\ud800"', 1],
  ['x = "👍"', undefined],
  ['x = 1\x1a', 1],
  ['x = "\x1b[0m"', 1],
  ['\f\tx = 1\n', undefined],
])('the safety of %j', (code, line) => {
  expect(sourceProblem(code)?.line).toBe(line);
});

test.each([
  ['functions/orders.py', true],
  ['orders.py', true],
  ['a b/é.py', true],
  ['', false],
  ['.py', false],
  ['a/.py', false],
  ['orders.txt', false],
  ['/etc/orders.py', false],
  ['../orders.py', false],
  ['a/../../orders.py', false],
  ['a/./orders.py', false],
  ['a//orders.py', false],
  ['a\\orders.py', false],
  ['C:orders.py', false],
  ['a.py:stream.py', false],
  ['NUL.py', false],
  ['con/x.py', false],
  ['a /x.py', false],
  ['a?.py', false],
  ['a\n.py', false],
  [`${'a'.repeat(300)}.py`, false],
])('the path %j', (path, isSafe) => {
  expect(pathProblem(path, '.py') === undefined).toBe(isSafe);
});

test.each([
  ['run', true],
  ['_run2', true],
  ['class', false],
  ['None', false],
  ['match', true],
  ['2x', false],
  ['a.b', false],
  ['é', false],
  ['', false],
])('the name %j', (name, isName) => {
  expect(isPythonName(name)).toBe(isName);
});
