import type { Node } from './nodes.ts';
import { looseness } from './operations.ts';

/**
 * Facts about an expression that decide how it is broken over lines. Names and rules follow ruff's
 * crates/ruff_python_formatter/src/expression/mod.rs.
 */

export type ChainLink = Extract<Node, { kind: 'attribute' | 'call' | 'subscript' }>;

export const isChainLink = (node: Node): node is ChainLink =>
  node.kind === 'attribute' || node.kind === 'call' || node.kind === 'subscript';

/** What a link of a chain such as `a.b(c)[d]` hangs on. */
export const objectOf = (node: ChainLink): Node => (node.kind === 'call' ? node.callee : node.object);

/** A chain with two or more attributes taken of calls or subscripts is broken before its dots. */
export function isFluent(node: ChainLink): boolean {
  let attributesOfCalls = 0;
  let current: Node = node;
  while (isChainLink(current)) {
    const object = objectOf(current);
    if (current.kind === 'attribute') {
      if (object.parenthesized) return attributesOfCalls + 1 >= 2;
      if (object.kind === 'call' || object.kind === 'subscript') attributesOfCalls += 1;
    } else if (object.parenthesized) break;
    current = object;
  }
  return attributesOfCalls >= 2;
}

export const isSplitString = (node: Node): node is Node & { kind: 'string' } =>
  node.kind === 'string' && node.parts.length > 1;

/** Whether brackets belong to the expression itself, and whether they hold anything. */
export function ownBrackets(node: Node): 'none' | 'empty' | 'filled' {
  switch (node.kind) {
    case 'subscript':
      return 'filled';
    case 'list':
      return node.items.length > 0 ? 'filled' : 'empty';
    case 'tuple':
      return node.bare ? 'none' : node.items.length > 0 ? 'filled' : 'empty';
    case 'dict':
      return node.entries.length > 0 ? 'filled' : 'empty';
    case 'call':
      return node.args.length > 0 ? 'filled' : 'empty';
    case 'comprehension':
      return 'filled';
    default:
      return 'none';
  }
}

export const hasFilledBrackets = (node: Node): boolean => node.parenthesized || ownBrackets(node) === 'filled';
export const hasBrackets = (node: Node): boolean => node.parenthesized || ownBrackets(node) !== 'none';

/** Whether a line break can stand somewhere in the expression without adding parentheses. */
export function isSplittable(node: Node): boolean {
  switch (node.kind) {
    case 'name':
    case 'number':
    case 'constant':
    case 'walrus':
      return false;
    case 'string':
      return node.parts.length > 1;
    case 'list':
    case 'tuple':
      return node.items.length > 0;
    case 'dict':
      return node.entries.length > 0;
    case 'call':
      return node.args.length > 0 || node.callee.parenthesized;
    case 'attribute':
      return node.object.parenthesized || isSplittable(node.object);
    case 'unary':
      return isSplittable(node.operand);
    case 'lambda':
      return node.body.parenthesized || isSplittable(node.body);
    case 'starred':
      return node.value.parenthesized || isSplittable(node.value);
    case 'subscript':
    case 'comprehension':
    case 'operation':
    case 'conditional':
    case 'await':
      return true;
  }
}

/** The statement or expression around an expression, where it matters for the parentheses of the latter. */
export type Parent =
  | 'await'
  | 'return annotation'
  | 'return annotation without parameters'
  | 'statement'
  | 'test'
  | 'other';

/**
 * When optional parentheses are put around an expression: `multiline`: when it needs several lines, `bestFit`: when that
 * makes it fit.
 */
export function needsParentheses(node: Node, parent: Parent): 'always' | 'multiline' | 'bestFit' | 'never' {
  switch (node.kind) {
    case 'operation':
    case 'conditional':
    case 'lambda':
    case 'starred':
      return parent === 'await' ? 'always' : 'multiline';
    case 'walrus':
      return parent === 'test' || parent === 'other' ? 'multiline' : 'always';
    case 'unary':
      if (parent === 'await') return 'always';
      return node.operand.parenthesized ? 'never' : needsParentheses(node.operand, 'other');
    case 'await':
      if (parent === 'await') return 'always';
      return node.value.parenthesized ? 'never' : needsParentheses(node.value, 'await');
    case 'call':
    case 'attribute':
    case 'subscript':
      return chainNeedsParentheses(node, parent);
    case 'string':
      return node.parts.length > 1 ? 'multiline' : 'bestFit';
    case 'name':
    case 'number':
    case 'constant':
      return 'bestFit';
    case 'list':
    case 'tuple':
    case 'dict':
    case 'comprehension':
      return 'never';
  }
}

function chainNeedsParentheses(node: ChainLink, parent: Parent): 'always' | 'multiline' | 'bestFit' | 'never' {
  if (isFluent(node)) return 'multiline';
  const object = objectOf(node);
  if (object.parenthesized) return 'never';
  const needed = needsParentheses(object, 'other');
  if (node.kind === 'subscript' && needed === 'bestFit') {
    if (parent === 'return annotation without parameters') return 'multiline';
    if (parent === 'return annotation') return 'never';
  }
  return needed;
}

/** Operators by how loosely they bind, as ruff ranks them. */
const rank = { none: 0, attribute: 1, operation: 2, conditional: 100 } as const;

/**
 * Whether the brackets inside an expression are the better place to break it than parentheses around it:
 * `a == f(\n…\n)` rather than `(\n    a == f(…)\n)`.
 */
export function canOmitParentheses(root: Node): boolean {
  let highest: number = rank.none;
  let count = 0;
  let anyBrackets = false;
  const outermost: { first?: Node | 'token'; last?: Node } = {};

  const note = (precedence: number, times: number): void => {
    if (precedence > highest) {
      highest = precedence;
      count = times;
    } else if (precedence === highest) count += times;
  };
  const visit = (node: Node): void => {
    outermost.last = node;
    if (node.parenthesized) anyBrackets = true;
    else inspect(node);
    outermost.first ??= node;
  };
  const inspect = (node: Node): void => {
    switch (node.kind) {
      case 'dict':
      case 'list':
      case 'comprehension':
        anyBrackets = true;
        return;
      case 'tuple':
        if (!node.bare) anyBrackets = true;
        else node.items.forEach(visit);
        return;
      case 'operation':
        note(rank.operation + looseness(node.operators[0] ?? ''), node.operators.length);
        node.operands.forEach(visit);
        return;
      case 'conditional':
        note(rank.conditional, 2);
        [node.then, node.test, node.otherwise].forEach(visit);
        return;
      case 'call':
      case 'subscript':
        anyBrackets = true;
        visit(objectOf(node));
        outermost.last = node;
        return;
      case 'attribute':
        visit(node.object);
        if (hasBrackets(node.object)) note(rank.attribute, 1);
        outermost.last = node;
        return;
      case 'walrus':
        visit({ kind: 'name', text: node.target, parenthesized: false, marks: [] });
        visit(node.value);
        return;
      case 'unary':
        outermost.first ??= 'token';
        visit(node.operand);
        return;
      case 'await':
      case 'starred':
        outermost.first ??= 'token';
        visit(node.value);
        return;
      case 'lambda':
        outermost.first ??= 'token';
        visit(node.body);
        return;
      case 'string':
      case 'name':
      case 'number':
      case 'constant':
        return;
    }
  };

  inspect(root);
  if (!anyBrackets || count > 1) return false;
  if (highest <= rank.attribute) return true;
  const opensOrCloses = (node: Node): boolean => node.kind !== 'subscript' && hasFilledBrackets(node);
  const { first, last } = outermost;
  return (last !== undefined && opensOrCloses(last)) || (typeof first === 'object' && opensOrCloses(first));
}
