import { describe, expect, it } from 'vitest';
import * as py from '../../../src/core/codegen/python/syntax/build.ts';
import type { PrintedBlock } from '../../../src/core/codegen/python/syntax/chunks.ts';
import { printModule, type PrintedModule } from '../../../src/core/codegen/python/syntax/print.ts';
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
      const { text, head, chunks } = printModule(py.moduleOf(moduleBody(random)));
      let line = head.split('\n').length;
      const placed = chunks.map(({ lines, node, expressions }) => {
        const first = line;
        line += lines;
        const ranges = expressions.map((range) => ({
          ...range,
          startLine: first + range.startLine,
          endLine: first + range.endLine,
        }));
        return { first, end: line, node, ranges };
      });
      return { text, placed };
    });
    expect(modules.flatMap(({ placed }) => placed.flatMap(({ ranges }) => ranges)).length).toBeGreaterThan(150);
    const wrong = askPython(
      `import ast
def ends(text):
    return {(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
            for node in ast.walk(ast.parse(text)) if isinstance(node, ast.expr)}
wrong = []
for module in data:
    places = ends(module["text"])
    for chunk in module["placed"]:
        for each in chunk["ranges"]:
            place = (each["startLine"], each["startColumn"], each["endLine"], each["endColumn"])
            if place not in places or not chunk["first"] <= place[0] <= place[2] < chunk["end"]:
                wrong.append([module["text"], each])
    if module["placed"] and module["placed"][-1]["end"] != module["text"].count("\\n") + 1:
        wrong.append([module["text"], module["placed"][-1]])
print(json.dumps(wrong))`,
      modules,
    );
    expect(wrong).toEqual([]);
  });

  it('tell which lines come from the statements of a node, as CPython sees them', () => {
    const random = new Random(22);
    const modules = Array.from({ length: 400 }, () => {
      const printed = printModule(py.moduleOf(moduleBody(random)));
      return { text: printed.text, placed: placedStatements(printed) };
    });
    expect(modules.flatMap(({ placed }) => placed).filter(({ own }) => own !== undefined).length).toBeGreaterThan(500);
    const wrong = askPython(
      `import ast
def lines(statement):
    decorators = getattr(statement, "decorator_list", [])
    return (min([statement.lineno, *(each.lineno for each in decorators)]), statement.end_lineno)
wrong = []
for module in data:
    found = {lines(node) for node in ast.walk(ast.parse(module["text"])) if isinstance(node, ast.stmt)}
    wrong.extend([module["text"], each] for each in module["placed"] if (each["first"], each["last"]) not in found)
print(json.dumps(wrong))`,
      modules,
    );
    expect(wrong).toEqual([]);
    for (const { placed } of modules)
      for (const { own, around, nodes } of placed) expect(new Set(nodes)).toEqual(new Set([own ?? around]));
  });

  it('have the expressions of a node by its statement, outer ones first', () => {
    const inner = py.from({ node: 'n', expression: 'input.a' }, py.name('a'));
    const outer = py.from({ node: 'n', expression: 'input.a | upper' }, py.call(py.attribute(inner, 'upper')));
    const { chunks } = printModule(py.moduleOf([py.statement(outer, { node: 'n' })]));
    const places = chunks.map(({ node, expressions }) => [
      node,
      ...expressions.map((range) => [range.expression, range.startColumn, range.endColumn]),
    ]);
    expect(places).toEqual([['n', ['input.a | upper', 0, 9], ['input.a', 0, 1]]]);
  });
});

interface PlacedStatement {
  /** Its lines, from 1, without the empty ones before it. */
  readonly first: number;
  readonly last: number;
  /** The node that it comes from itself, and that of the nearest statement around it which comes from one. */
  readonly own: string | undefined;
  readonly around: string | undefined;
  /** The nodes of the chunks that belong to it and to no statement inside of it. */
  readonly nodes: readonly (string | undefined)[];
}

/** Every statement of a module, by the chunks that its tree says are its own. */
function placedStatements({ head, chunks, body }: PrintedModule): readonly PlacedStatement[] {
  const starts = [head.split('\n').length];
  for (const { lines } of chunks) starts.push((starts.at(-1) ?? 0) + lines);
  const placed: PlacedStatement[] = [];
  const place = (block: PrintedBlock, start: number, around: string | undefined): number => {
    let index = start;
    for (const [at, statement] of block.statements.entries()) {
      const { emptyLines = 0, count = 0, blocks = [] } = block.printed[at] ?? {};
      expect(block.counts[at]).toBe(count);
      const own = 'node' in statement ? statement.node : undefined;
      const inside = new Set<number>();
      for (const inner of blocks) {
        const end = place(inner, index + inner.offset, own ?? around);
        for (let each = index + inner.offset; each < end; each += 1) inside.add(each);
      }
      const before = emptyLines > 0 ? 1 : 0;
      const nodes = chunks.slice(index + before, index + count).filter((_, more) => !inside.has(index + before + more));
      const [first = 0, end = 0] = [starts[index + before], starts[index + count]];
      placed.push({ first, last: end - 1, own, around, nodes: nodes.map(({ node }) => node) });
      index += count;
    }
    return index;
  };
  expect(place(body, 0, undefined)).toBe(chunks.length);
  return placed;
}
