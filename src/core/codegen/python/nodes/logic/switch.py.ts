import type { Template } from '../../../../workflow/expressions/syntax.ts';
import type { SwitchCase } from '../../../../workflow/nodes/configs/switch.ts';
import type { DecisionTests, NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

/** `if`, `elif` and `else`, in the order of the cases. */
export const switchNode: NodeCodeGenerator<'switch'> = {
  valueType: () => undefined,
  annotates: () => false,
  value: () => undefined,
  decision: { type: py.union(py.name('str'), py.literal(null)), tests },
};

function tests(node: NodeOf<'switch'>, scope: NodeScope): DecisionTests {
  const { value, cases } = node.config;
  const comparisons = cases.filter(({ equals }) => equals !== undefined).length;
  if (value?.single === undefined || comparisons === 0)
    return { before: [], ways: waysOf(cases, scope, value, undefined) };
  const code = scope.value(value);
  // Read where it is compared, unless that would be later than the first test, or be worked out again and again.
  const isReadInPlace =
    value.single.kind === 'path' && cases[0]?.equals !== undefined && (comparisons === 1 || isPlainRead(code));
  if (isReadInPlace) return { before: [], ways: waysOf(cases, scope, value, undefined) };
  const name = scope.local('value');
  const before = [py.assign(py.name(name), code, { node: node.id })];
  return { before, ways: waysOf(cases, scope, value, py.name(name)) };
}

function waysOf(
  cases: readonly SwitchCase[],
  scope: NodeScope,
  value: Template | undefined,
  code: Expr | undefined,
): DecisionTests['ways'] {
  return cases.map(({ equals, when }, way) => {
    if (when !== undefined) return { way, test: scope.test(when, false) };
    const single = value?.single;
    if (single === undefined || equals === undefined)
      throw new Error('check lets no case through that compares nothing');
    return { way, test: scope.equals(single, code, equals) };
  });
}

/** Whether code only reads names, and what stands in them. */
function isPlainRead(code: Expr): boolean {
  if (code.kind === 'origin') return isPlainRead(code.value);
  if (code.kind === 'attribute' || code.kind === 'subscript') return isPlainRead(code.object);
  return code.kind === 'name';
}
