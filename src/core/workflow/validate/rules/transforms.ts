import { typeWords } from '../../diagnostics/words.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { Template } from '../../expressions/syntax.ts';
import { typeOfExpression } from '../../expressions/types.ts';
import { fieldsOf } from '../../fieldPath.ts';
import type { JsonPath } from '../../json.ts';
import { jmespathProblem } from '../../jmespath/check.ts';
import { itemsOf, meaningOf, memberOf, typesOf, type JsonSchema } from '../../jsonSchema.ts';
import { filterOperators } from '../../nodes/configs/transforms.ts';
import type { WorkflowNode } from '../../types.ts';
import { suggest } from '../../suggest.ts';
import { nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';
import { changeTo, remove, replacePart } from '../fixes.ts';

/** Conditions have the value that their operator compares with. */
export const conditionValues: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'filterArray')) {
    for (const [index, { operator, value }] of node.config.where.entries()) {
      const takesValue = filterOperators[operator] === 'value';
      if (takesValue === (value !== undefined)) continue;
      const path = context.pathOf(node, 'config', 'where', index);
      const fixes = takesValue ? [] : [remove(reporter, [...path, 'value'], 'Remove it')];
      reporter.report('condition-value', { operator, takesValue }, { path }, { fixes });
    }
  }
};

/** Fields that items are asked for are fields that they can have, and what is sorted by has an order. */
export const itemFields: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'filterArray')) {
    const items = itemSchema(context, node, node.config.items);
    for (const [index, { field, operator }] of node.config.where.entries())
      if (operator !== 'missing')
        checkPath(reporter, items, field, context.pathOf(node, 'config', 'where', index, 'field'));
  }
  for (const node of nodesOfType(context, 'sortArray')) {
    const items = itemSchema(context, node, node.config.items);
    for (const [index, { field }] of node.config.by.entries()) {
      const path = context.pathOf(node, 'config', 'by', index, 'field');
      const types = typesOf(checkPath(reporter, items, field, path));
      const isOrdered = types.length === 0 || types.some((type) => ['string', 'number', 'integer'].includes(type));
      if (!isOrdered) reporter.report('field-without-order', { field, type: typeWords(types) }, { path });
    }
  }
  for (const node of nodesOfType(context, 'aggregate')) {
    const items = itemSchema(context, node, node.config.items);
    const { groupBy, values } = node.config;
    if (groupBy !== undefined)
      checkField(reporter, items, groupBy, { path: context.pathOf(node, 'config', 'groupBy') });
    for (const [name, { field }] of Object.entries(values))
      if (field !== undefined)
        checkField(reporter, items, field, { path: context.pathOf(node, 'config', 'values', name, 'field') });
  }
};

function itemSchema(context: NodeContext, node: WorkflowNode, { single }: Template): JsonSchema {
  const list = single === undefined ? {} : typeOfExpression(single, scopeOf(context, node)).schema;
  return typesOf(list).join() === 'array' ? (itemsOf(list) ?? {}) : {};
}

interface FieldPlace {
  readonly path: JsonPath;
  readonly at?: 'key';
  /** What stands there, where it is a path, with a name for the field. */
  readonly withName?: (name: string) => string;
}

/** The schema of the field, as far as it is known. */
function checkField(reporter: Reporter, items: JsonSchema, field: string, place: FieldPlace): JsonSchema {
  const member = typesOf(items).length === 0 ? 'unknown' : memberOf(items, field);
  if (member !== undefined) return member === 'unknown' ? {} : member.schema;
  const known = Object.keys(meaningOf(items).properties ?? {});
  const { withName = (name) => name } = place;
  const similar = suggest(field, known);
  const suggestion = similar && withName(similar);
  const fixes = place.at === 'key' ? [] : [changeTo(reporter, place.path, suggestion)];
  reporter.report('no-such-field', { field: withName(field), known }, place, { suggestion, fixes });
  return {};
}

/** The schema of what lies at the end of a path of fields, as far as it is known. */
function checkPath(reporter: Reporter, items: JsonSchema, field: string, path: JsonPath): JsonSchema {
  const names = fieldsOf(field);
  let schema = items;
  for (const [index, name] of names.entries()) {
    const withName = (other: string): string => names.with(index, other).join('.');
    schema = checkField(reporter, schema, name, { path, withName });
  }
  return schema;
}

/** Edits of fields change something, and lose none. */
export const fieldEdits: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'editFields')) {
    const { from, rename, remove: removed, set } = node.config;
    const names = new Set<string>();
    for (const [old, name] of Object.entries(rename)) {
      const path = context.pathOf(node, 'config', 'rename', old);
      if (names.has(name)) reporter.report('rename-clash', { name }, { path });
      names.add(name);
    }
    const base = from?.single && typeOfExpression(from.single, scopeOf(context, node)).schema;
    const fields = base !== undefined && typesOf(base).join() === 'object' ? base : {};
    for (const old of Object.keys(rename))
      checkField(reporter, fields, old, { path: context.pathOf(node, 'config', 'rename', old), at: 'key' });
    const isEmpty = names.size === 0 && removed.length === 0 && Object.keys(set).length === 0;
    // What an expression makes, such as the value of the way that was taken, may well be all that is wanted.
    if (isEmpty && from?.single?.kind === 'path')
      reporter.report('nothing-edited', {}, { path: context.pathOf(node, 'config') });
  }
};

/** Each operation has the field that it needs, and each result a name of its own. */
export const aggregates: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'aggregate')) {
    for (const [name, { operation, field }] of Object.entries(node.config.values)) {
      const path = context.pathOf(node, 'config', 'values', name);
      if (name === node.config.groupBy) reporter.report('aggregate-name', { name }, { path, at: 'key' });
      if ((operation === 'count') !== (field === undefined))
        reporter.report('aggregate-field', { operation }, { path });
    }
  }
};

/** JMESPath expressions are constants that can be read. */
export const jmespathExpressions: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'jsonTransform')) {
    const { expression } = node.config;
    const path = context.pathOf(node, 'config', 'expression');
    // A multiselect hash in a multiselect hash begins with a name, never with a second brace.
    if (expression.includes('{{')) {
      reporter.report('template-in-jmespath', {}, { path });
      continue;
    }
    const problem = jmespathProblem(expression);
    if (problem === undefined) continue;
    const { message, span, suggestion } = problem;
    const fixes = [replacePart(reporter, path, span, suggestion)];
    reporter.report('invalid-jmespath', { problem: message }, { path, at: span }, { suggestion, fixes });
  }
};

/** Names of metrics and secrets, and what a counter adds. */
export const utilityNames: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'metrics')) {
    const { name, kind, value } = node.config;
    // https://opentelemetry.io/docs/specs/otel/metrics/api/#instrument-name-syntax
    if (!/^[A-Za-z][A-Za-z0-9_.\-/]{0,254}$/.test(name))
      reporter.report('invalid-metric', { name }, { path: context.pathOf(node, 'config', 'name') });
    if (kind === 'counter' && typeof value === 'number' && value < 0)
      reporter.report('falling-counter', { value }, { path: context.pathOf(node, 'config', 'value') });
  }
  for (const node of nodesOfType(context, 'cryptoGenerate')) {
    const { secret } = node.config;
    if (secret !== undefined && !/^[a-z][a-z0-9_]{0,39}$/.test(secret))
      reporter.report('invalid-secret', { name: secret }, { path: context.pathOf(node, 'config', 'secret') });
  }
};
