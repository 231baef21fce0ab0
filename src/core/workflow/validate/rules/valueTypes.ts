import { Template } from '../../expressions/syntax.ts';
import { typeWords } from '../../diagnostics/words.ts';
import { typeOfExpression } from '../../expressions/types.ts';
import { typesOf, type JsonTypeName } from '../../jsonSchema.ts';
import type { WorkflowNode } from '../../types.ts';
import { candidates, nodesOfType, type NodeContext, type NodeRule } from '../context.ts';
import { scopeOf } from '../expressionContext.ts';
import { changeTo } from '../fixes.ts';
import { conversationOf } from '../sentMessages.ts';
import type { JsonPath } from '../../json.ts';

interface Wanted {
  readonly node: WorkflowNode;
  readonly key: string;
  /** In a list at that key. */
  readonly index?: number;
  /** In the object there. */
  readonly member?: string;
  readonly value: unknown;
  readonly types: readonly JsonTypeName[];
  readonly expected: string;
  readonly hint: string;
}

/** Values that must be one expression, and of a certain type. */
export const valueTypes: NodeRule = (context, reporter) => {
  for (const { node, key, index, member, value, types, expected, hint } of wanted(context)) {
    if (!(value instanceof Template) || value.problems.length > 0) continue;
    const path: JsonPath = context.pathOf(node, 'config', key, ...[index, member].filter((each) => each !== undefined));
    const name =
      index === undefined ? `\`${key}\` of \`${node.id}\`` : `Item ${index + 1} of \`${key}\` of \`${node.id}\``;
    if (value.constant !== undefined && types.length > 0) {
      const number =
        value.constant.trim() === '' || !types.some((type) => type === 'number' || type === 'integer')
          ? NaN
          : Number(value.constant);
      const fix = Number.isFinite(number) ? changeTo(reporter, path, number) : undefined;
      reporter.report('wrong-type', { name, expected, found: 'text' }, { path }, { fixes: [fix] });
      continue;
    }
    const expression = value.single;
    if (expression === undefined) {
      reporter.report('not-one-expression', { name }, { path });
      continue;
    }
    const found = typesOf(typeOfExpression(expression, scopeOf(context, node)).schema);
    const fits =
      types.length === 0 ||
      found.length === 0 ||
      found.some((type) => types.includes(type) || (type === 'number' && types.includes('integer')));
    if (!fits)
      reporter.report(
        'wrong-expression-type',
        { name, expected, found: typeWords(found), hint },
        { path, at: expression.span },
      );
  }
};

const aNumber = {
  types: ['number', 'integer'],
  expected: 'a number',
  hint: 'Take another value, or convert it with `| float`.',
} as const;

function* wanted(context: NodeContext): Generator<Wanted> {
  for (const node of nodesOfType(context, 'condition')) {
    yield { node, key: 'expression', value: node.config.expression, types: [], expected: 'any value', hint: '' };
  }
  for (const node of nodesOfType(context, 'loop')) {
    yield {
      node,
      key: 'items',
      value: node.config.items,
      types: ['array'],
      expected: 'a list',
      hint: 'Take a list, or put the value into one: `{{ [ … ] }}`.',
    };
  }
  for (const node of nodesOfType(context, 'repeat')) {
    yield { node, key: 'until', value: node.config.until, types: [], expected: 'any value', hint: '' };
  }
  for (const node of nodesOfType(context, 'delay')) {
    yield {
      node,
      key: 'seconds',
      value: node.config.seconds,
      ...aNumber,
    };
  }
  for (const node of nodesOfType(context, 'switch')) {
    yield { node, key: 'value', value: node.config.value, types: [], expected: 'any value', hint: '' };
    for (const [index, { when }] of node.config.cases.entries())
      yield { node, key: 'cases', index, member: 'when', value: when, types: [], expected: 'any value', hint: '' };
  }
  for (const node of context.nodes) {
    for (const [index, value] of conversationOf(node).entries())
      yield {
        node,
        key: 'messages',
        index,
        value,
        types: ['array'],
        expected: 'a list of messages',
        hint: 'Write a message as an object with `role` and `content`, or take a list of messages.',
      };
  }
  for (const node of [
    ...nodesOfType(context, 'filterArray'),
    ...nodesOfType(context, 'sortArray'),
    ...nodesOfType(context, 'aggregate'),
  ]) {
    yield {
      node,
      key: 'items',
      value: node.config.items,
      types: ['array'],
      expected: 'a list',
      hint: 'Take a list, as in `{{ input.items }}`.',
    };
  }
  for (const node of nodesOfType(context, 'editFields')) {
    yield {
      node,
      key: 'from',
      value: node.config.from,
      types: ['object'],
      expected: 'an object',
      hint: 'Take an object, or leave `from` out to begin with an empty one.',
    };
  }
  for (const node of nodesOfType(context, 'metrics')) {
    yield {
      node,
      key: 'value',
      value: node.config.value,
      ...aNumber,
    };
  }
  for (const node of candidates(context)) {
    const { messages, maxTokens, temperature } = node.config;
    yield {
      node,
      key: 'messages',
      value: isEmptyText(messages) ? undefined : messages,
      types: ['array'],
      expected: 'a list of messages',
      hint: 'Take the `output` of a promptTemplate node, or put text into `prompt`.',
    };
    yield {
      node,
      key: 'maxTokens',
      value: maxTokens,
      types: ['integer'],
      expected: 'a whole number',
      hint: 'Take another value, or convert it with `| int`.',
    };
    yield {
      node,
      key: 'temperature',
      value: temperature,
      ...aNumber,
    };
  }
}

/** Messages that are not there at all have a rule of their own. */
function isEmptyText(value: unknown): boolean {
  return value instanceof Template && value.source.trim() === '';
}
