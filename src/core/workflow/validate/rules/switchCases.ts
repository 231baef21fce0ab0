import type { Reporter } from '../../diagnostics/report.ts';
import { typeOfExpression } from '../../expressions/types.ts';
import type { JsonPath } from '../../json.ts';
import { isNodeId } from '../../nodeId.ts';
import type { SwitchCase } from '../../nodes/configs/switch.ts';
import { misfit } from '../../schemaFit.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';
import { remove } from '../fixes.ts';

/** Cases with a handle of their own, of which each can be taken. */
export const switchCases: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'switch')) {
    checkIds(context, reporter, node);
    checkForms(context, reporter, node);
    checkValue(context, reporter, node);
    checkReach(context, reporter, node);
  }
};

function checkIds(context: NodeContext, reporter: Reporter, node: NodeOf<'switch'>): void {
  const taken = new Set(['default']);
  for (const [index, { id }] of node.config.cases.entries()) {
    const path = context.pathOf(node, 'config', 'cases', index, 'id');
    if (!isNodeId(id)) reporter.report('case-id', { node: node.id, id }, { path });
    else if (taken.has(id)) reporter.report('duplicate-case', { node: node.id, id }, { path });
    taken.add(id);
  }
}

function checkForms(context: NodeContext, reporter: Reporter, node: NodeOf<'switch'>): void {
  for (const [index, { id, equals, when }] of node.config.cases.entries()) {
    const path = context.pathOf(node, 'config', 'cases', index);
    if ((equals === undefined) === (when === undefined))
      reporter.report('switch-case-form', { node: node.id, id, both: equals !== undefined }, { path });
    if (typeof equals === 'string' && equals.includes('{{'))
      reporter.report('expression-in-equals', { node: node.id, id }, { path: [...path, 'equals'] });
  }
}

function checkValue(context: NodeContext, reporter: Reporter, node: NodeOf<'switch'>): void {
  const { value, cases } = node.config;
  const index = cases.findIndex(({ equals }) => equals !== undefined);
  const first = cases[index];
  if (value === undefined && first !== undefined) {
    const path = context.pathOf(node, 'config', 'cases', index, 'equals');
    reporter.report('switch-without-value', { node: node.id, id: first.id }, { path });
  }
  if (value !== undefined && first === undefined) {
    const path = context.pathOf(node, 'config', 'value');
    const fixes = [remove(reporter, path, 'Remove `value`')];
    reporter.report('unused-switch-value', { node: node.id }, { path, at: 'key' }, { fixes });
  }
}

function checkReach(context: NodeContext, reporter: Reporter, node: NodeOf<'switch'>): void {
  const { value, cases } = node.config;
  const single = value?.single;
  const schema = single && typeOfExpression(single, scopeOf(context, node)).schema;
  const before: SwitchCase[] = [];
  for (const [index, each] of cases.entries()) {
    const place: JsonPath = context.pathOf(node, 'config', 'cases', index);
    const { id, equals } = each;
    const always = before.find(({ when }) => isAlwaysTrue(when));
    const same = equals === undefined ? undefined : before.find((other) => other.equals === equals);
    const unfit = equals === undefined || schema === undefined ? undefined : misfit(equals, schema);
    const reason =
      always !== undefined
        ? `case \`${always.id}\` before it always fits`
        : same !== undefined
          ? `case \`${same.id}\` before it compares with the same`
          : unfit !== undefined && `the value can never be ${JSON.stringify(equals)} (${unfit})`;
    if (reason !== false)
      reporter.report('unreachable-case', { node: node.id, id, reason }, { path: [...place, 'id'] });
    before.push(each);
  }
}

function isAlwaysTrue(when: SwitchCase['when']): boolean {
  const single = when?.single;
  return single?.kind === 'literal' && Boolean(single.value);
}
