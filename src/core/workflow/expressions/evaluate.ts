import { calculated, negated } from './arithmetic.ts';
import { filtered } from './filterValues.ts';
import {
  Template,
  type CallExpression,
  type ComparisonOperator,
  type Expression,
  type PathExpression,
  type TemplateJson,
} from './syntax.ts';
import { rootLength } from './types.ts';
import { pathsIn } from './walk.ts';
import {
  equalityOf,
  isIn,
  isLeftOut,
  isList,
  isRecord,
  joined,
  MissingValue,
  orderOf,
  textOf,
  truthOf,
  Unknown,
  unknownIn,
  ValueError,
  type Value,
} from './values.ts';

/** One for all: a default catches it, and taking down the stack each time would be most of the work. */
const leadsNowhere = new MissingValue('A path leads to nothing.');

/**
 * What a path starts from: the input, a variable, or `nodes.ID.HANDLE`; undefined when that is not there. And what a function
 * gives, as far as that is known.
 */
export interface RootValue {
  (read: PathExpression | CallExpression): Value | undefined;
  /** How often the loops of the expression may go round together; loops that may go on longer are not worked out. */
  readonly rounds?: number;
}

const mostRounds = 100_000;

/** The same inside of a loop. */
function withLocal(rootValue: RootValue, rounds: number, variable: string, item: Value): RootValue {
  const read: RootValue = (path) =>
    path.kind === 'path' && path.root === 'local' && path.segments[0]?.key === variable ? item : rootValue(path);
  return Object.assign(read, { rounds });
}

/**
 * Works an expression out, with the meaning that it has in the generated Python.
 * @throws MissingValue when it reads something that is not there.
 * @throws ValueError when an operation gets values for which it is not defined.
 */
export function evaluate(expression: Expression, rootValue: RootValue): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return valueAt(expression, rootValue);
    case 'call':
      return rootValue(expression) ?? new Unknown(true);
    case 'each': {
      const list = evaluate(expression.list, rootValue);
      if (list instanceof Unknown) return list;
      if (!isList(list)) throw new ValueError(`Only the items of a list can be gone through.`);
      const rounds = Math.floor((rootValue.rounds ?? mostRounds) / Math.max(list.length, 1));
      if (rounds === 0) return new Unknown(false);
      const texts = list.map((item) =>
        textOf(evaluate(expression.body, withLocal(rootValue, rounds, expression.variable, item))),
      );
      return joined(texts, (parts) => parts.join(''));
    }
    case 'not': {
      const operand = evaluate(expression.operand, rootValue);
      const truth = truthOf(operand);
      return truth === undefined ? operand : !truth;
    }
    case 'logical': {
      const left = evaluate(expression.left, rootValue);
      const first = truthOf(left);
      if (first === undefined) return left;
      // As in Python, the right side is not even looked at when the left one decides.
      if (first === (expression.operator === 'or')) return first;
      const right = evaluate(expression.right, rootValue);
      return truthOf(right) ?? right;
    }
    case 'comparison':
      return compared(expression.operator, evaluate(expression.left, rootValue), evaluate(expression.right, rootValue));
    case 'membership': {
      const found = isIn(evaluate(expression.left, rootValue), evaluate(expression.right, rootValue));
      return typeof found === 'boolean' && expression.operator === 'not in' ? !found : found;
    }
    case 'arithmetic':
      return calculated(
        expression.operator,
        evaluate(expression.left, rootValue),
        evaluate(expression.right, rootValue),
      );
    case 'negative':
      return negated(evaluate(expression.operand, rootValue));
    case 'concatenation': {
      const texts = expression.parts.map((part) => textOf(evaluate(part, rootValue)));
      return joined(texts, (parts) => parts.join(''));
    }
    case 'conditional': {
      const test = evaluate(expression.test, rootValue);
      const truth = truthOf(test);
      return truth === undefined ? test : evaluate(truth ? expression.then : expression.otherwise, rootValue);
    }
    case 'list':
      return expression.items.map((item) => evaluate(item, rootValue));
    case 'object':
      return Object.fromEntries(expression.entries.map(({ key, value }) => [key, evaluate(value, rootValue)]));
    case 'filter': {
      const { name, subject, args } = expression;
      const [argument] = args;
      if (name !== 'default') {
        if (name === 'contains' && argument !== undefined) {
          // As with `in`, the value comes before what it may be in.
          const sought = evaluate(argument, rootValue);
          return isIn(sought, evaluate(subject, rootValue));
        }
        const value = evaluate(subject, rootValue);
        return filtered(name, value, ...args.map((each) => evaluate(each, rootValue)));
      }
      if (subject.kind === 'path' && argument !== undefined) {
        const found = foundAt(subject, rootValue, true);
        return found === undefined ? evaluate(argument, rootValue) : found;
      }
      if (argument !== undefined && pathsIn(subject).some(({ path }) => isNotSent(path, rootValue)))
        return evaluate(argument, rootValue);
      try {
        return evaluate(subject, rootValue);
      } catch (error) {
        if (!(error instanceof MissingValue) || argument === undefined) throw error;
        return evaluate(argument, rootValue);
      }
    }
  }
}

/** The value of a template: a string that is one expression keeps its value's type. Throws as `evaluate`. */
export function evaluateTemplate(template: Template, rootValue: RootValue): Value {
  const { single } = template;
  return single === undefined ? evaluateText(template, rootValue) : evaluate(single, rootValue);
}

/** The text of a template: anything that is no string stands in it as JSON. Throws as `evaluate`. */
export function evaluateText(template: Template, rootValue: RootValue): string | Unknown {
  const texts = template.parts.map((part) =>
    part.kind === 'text' ? part.text : textOf(evaluate(part.expression, rootValue)),
  );
  return joined(texts, (parts) => parts.join(''));
}

/** JSON with its templates filled in. Throws as `evaluate`. */
export function evaluateJson(json: TemplateJson, rootValue: RootValue): Value {
  if (json instanceof Template) return evaluateTemplate(json, rootValue);
  if (Array.isArray(json)) return json.map((item: TemplateJson) => evaluateJson(item, rootValue));
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, evaluateJson(item, rootValue)]));
}

function valueAt(path: PathExpression, rootValue: RootValue): Value {
  const value = foundAt(path, rootValue);
  if (value === undefined) throw leadsNowhere;
  return value;
}

/** @param onlySent whether null that stands for what a caller has left out is nothing */
function foundAt(path: PathExpression, rootValue: RootValue, onlySent = false): Value | undefined {
  let value = rootValue(path);
  for (const { key } of path.segments.slice(rootLength(path))) {
    if (value instanceof Unknown) return value;
    value = value === undefined || (onlySent && isLeftOut(value, key)) ? undefined : memberAt(value, key);
  }
  return value;
}

function isNotSent(path: PathExpression, rootValue: RootValue): boolean {
  return foundAt(path, rootValue) === null && foundAt(path, rootValue, true) === undefined;
}

/** What a key leads to in a value; undefined when there is nothing. */
export function memberAt(value: Value, key: string | number): Value | undefined {
  if (typeof key === 'number')
    return isList(value) ? value[key] : typeof value === 'string' ? [...value][key] : undefined;
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function compared(operator: ComparisonOperator, left: Value, right: Value): Value {
  if (operator === '==' || operator === '!=') {
    const equal = equalityOf(left, right);
    return equal instanceof Unknown ? equal : equal === (operator === '==');
  }
  const unknown = unknownIn(left) ?? unknownIn(right);
  if (unknown !== undefined) return unknown;
  switch (operator) {
    case '<':
      return orderOf(left, right) < 0;
    case '<=':
      return orderOf(left, right) <= 0;
    case '>':
      return orderOf(left, right) > 0;
    case '>=':
      return orderOf(left, right) >= 0;
  }
}
