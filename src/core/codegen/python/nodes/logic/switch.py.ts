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
  const compares = cases.some(({ equals }) => equals !== undefined);
  const single = compares ? value?.single : undefined;
  // Read where it is compared, unless that would be later than the first test.
  const isReadInPlace = single?.kind === 'path' && cases[0]?.equals !== undefined;
  if (single === undefined || value === undefined || isReadInPlace)
    return { before: [], ways: waysOf(cases, scope, value, undefined) };
  const name = scope.local('value');
  const before = [py.assign(py.name(name), scope.value(value), { node: node.id })];
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
