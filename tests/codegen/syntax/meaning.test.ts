import { describe, expect, it } from 'vitest';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import { printModule } from '../../../src/core/codegen/python/syntax/print.ts';
import { askPython } from './python.ts';
import { Random } from './random.ts';
import { referenceModule } from './reference.ts';
import { moduleBody } from './trees.ts';

/** Associativity and the indentation of docstrings aside, two texts mean the same when these are equal. */
const normalized = `
import ast, inspect
class Normal(ast.NodeTransformer):
    def visit_BoolOp(self, node):
        self.generic_visit(node)
        values = []
        for value in node.values:
            values.extend(value.values if isinstance(value, ast.BoolOp) and type(value.op) is type(node.op) else [value])
        node.values = values
        return node
    def visit_BinOp(self, node):
        self.generic_visit(node)
        if isinstance(node.right, ast.BinOp):
            inner = ast.BinOp(left=node.left, op=node.op, right=node.right.left)
            return ast.BinOp(left=self.visit_BinOp(inner), op=node.op, right=node.right.right)
        return node
    def visit_JoinedStr(self, node):
        self.generic_visit(node)
        constant = all(isinstance(value, ast.Constant) for value in node.values)
        return ast.Constant(value="".join(value.value for value in node.values)) if constant else node
    def docstring(self, node):
        self.generic_visit(node)
        first = node.body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
            first.value.value = inspect.cleandoc(first.value.value)
        return node
    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = docstring
def normal(text):
    tree = ast.parse(text)
    tree.body = [each for each in tree.body if not isinstance(each, (ast.Import, ast.ImportFrom))]
    return ast.dump(Normal().visit(tree))
`;

describe('printed modules', () => {
  it.each([11, 12, 13])('mean what the tree says (batch %i)', (seed) => {
    const random = new Random(seed);
    const bodies = Array.from({ length: 250 }, () => moduleBody(random));
    const pairs = bodies.map((body) => [printModule(py.moduleOf(body)).text, referenceModule(body)] as const);
    const different = askPython(
      `${normalized}print(json.dumps([text for text, reference in data if normal(text) != normal(reference)]))`,
      pairs,
    );
    expect(different).toEqual([]);
  });

  it('tell where nodes and expressions stand, as CPython sees it', () => {
    const random = new Random(21);
    const modules = Array.from({ length: 400 }, () => {
      const { text, statements } = printModule(py.moduleOf(moduleBody(random)));
      const ranges = statements.flatMap(({ startLine, startColumn, endLine, endColumn, expressions }) => [
        { startLine, startColumn, endLine, endColumn },
        ...expressions,
      ]);
      return { text, ranges };
    });
    expect(modules.flatMap((module) => module.ranges).length).toBeGreaterThan(1000);
    const wrong = askPython(
      `import ast
def places(text):
    found = set()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, (ast.stmt, ast.expr)): continue
        line, column = node.lineno, node.col_offset
        if getattr(node, "decorator_list", None):
            first = node.decorator_list[0]
            line, column = first.lineno, text.splitlines()[first.lineno - 1].index("@")
        found.add((isinstance(node, ast.stmt), line, column, node.end_lineno, node.end_col_offset))
    return found
wrong = []
for module in data:
    found = places(module["text"])
    for each in module["ranges"]:
        place = ("expression" not in each, each["startLine"], each["startColumn"], each["endLine"], each["endColumn"])
        if place not in found: wrong.append([module["text"], each])
print(json.dumps(wrong))`,
      modules,
    );
    expect(wrong).toEqual([]);
  });

  it('have the expressions of a node by its statement, outer ones first', () => {
    const inner = py.from({ node: 'n', expression: 'input.a' }, py.name('a'));
    const outer = py.from({ node: 'n', expression: 'input.a | upper' }, py.call(py.attribute(inner, 'upper')));
    const { statements } = printModule(py.moduleOf([py.statement(outer, { node: 'n' })]));
    const places = statements.map(({ startColumn, endColumn, expressions }) => [
      [startColumn, endColumn],
      ...expressions.map((range) => [range.expression, range.startColumn, range.endColumn]),
    ]);
    expect(places).toEqual([
      [
        [0, 9],
        ['input.a | upper', 0, 9],
        ['input.a', 0, 1],
      ],
    ]);
  });
});
