import {
  anyOfSchemas,
  itemsOf,
  memberOf,
  typesOf,
  unknownSchema,
  withoutNull,
  type JsonSchema,
} from '../jsonSchema.ts';
import { filters } from './filters.ts';
import { functions } from './functions.ts';
import type { ArithmeticOperator, Expression, FilterName, PathExpression } from './syntax.ts';
import { typeOfListFilter } from './listTypes.ts';
import { scopeWhere } from './shown.ts';
import { isWrittenAsFloat } from './values.ts';

/** What is known of the values that expressions read. */
export interface TypeScope {
  /** The trigger's input. */
  readonly input: JsonSchema;
  /** Who asks; undefined where nobody knows. */
  readonly caller?: JsonSchema | undefined;
  /**
   * The value at `nodes.ID.HANDLE`, and whether it is surely there when the expression is worked out; undefined when
   * there is no such output or it carries no value.
   */
  readonly output: (node: string, handle: string) => ExpressionType | undefined;
  /** `ID.HANDLE` of each output of which a test has shown that it is not null. */
  readonly shown?: ReadonlySet<string> | undefined;
}

export interface ExpressionType {
  /** `{}` when nothing is known. */
  readonly schema: JsonSchema;
  /** False when the value may be missing, which is an error at run time unless `default` follows. */
  readonly certain: boolean;
}

const unknown: ExpressionType = { schema: unknownSchema, certain: false };
const boolean: JsonSchema = { type: 'boolean' };

/**
 * The static type of an expression's value. It says nothing that might not hold: where a schema leaves room, the type does too.
 * What can never be there is unknown here; finding fault with it is for `check`.
 */
export function typeOfExpression(expression: Expression, scope: TypeScope): ExpressionType {
  switch (expression.kind) {
    case 'literal':
      return { schema: typeOfLiteral(expression.value), certain: true };
    case 'path':
      return typeOfPath(expression, scope);
    case 'call':
      return { schema: functions[expression.name].gives, certain: true };
    case 'each': {
      const parts = [expression.list, expression.body].map((part) => typeOfExpression(part, scope));
      return { schema: { type: 'string' }, certain: areCertain(parts) };
    }
    case 'not':
      return { schema: boolean, certain: typeOfExpression(expression.operand, scope).certain };
    case 'logical': {
      const { operator, left, right } = expression;
      const second = scopeWhere(left, operator === 'and', scope);
      return { schema: boolean, certain: areCertain([typeOfExpression(left, scope), typeOfExpression(right, second)]) };
    }
    case 'comparison':
    case 'membership': {
      const [left, right] = [typeOfExpression(expression.left, scope), typeOfExpression(expression.right, scope)];
      return { schema: boolean, certain: left.certain && right.certain };
    }
    case 'arithmetic': {
      const operands = [expression.left, expression.right].map((each) => typeOfExpression(each, scope));
      return { schema: typeOfNumber(expression.operator, operands), certain: areCertain(operands) };
    }
    case 'negative': {
      const operand = typeOfExpression(expression.operand, scope);
      return { schema: typeOfNumber('-', [operand]), certain: operand.certain };
    }
    case 'concatenation':
      return {
        schema: { type: 'string' },
        certain: areCertain(expression.parts.map((part) => typeOfExpression(part, scope))),
      };
    case 'conditional': {
      const test = typeOfExpression(expression.test, scope);
      const then = typeOfExpression(expression.then, scopeWhere(expression.test, true, scope));
      const otherwise = typeOfExpression(expression.otherwise, scopeWhere(expression.test, false, scope));
      return { schema: either(then.schema, otherwise.schema), certain: areCertain([test, then, otherwise]) };
    }
    case 'list': {
      const items = expression.items.map((item) => typeOfExpression(item, scope));
      return { schema: listOf(items.map(({ schema }) => schema)), certain: areCertain(items) };
    }
    case 'object': {
      const values = expression.entries.map(({ key, value }) => [key, typeOfExpression(value, scope)] as const);
      return {
        schema: objectOf(new Map(values.map(([key, { schema }]) => [key, schema]))),
        certain: areCertain(values.map(([, type]) => type)),
      };
    }
    case 'filter':
      return typeOfFilter(
        expression.name,
        [expression.subject, ...expression.args].map((each) => typeOfExpression(each, scope)),
      );
  }
}

/** The type of a literal; what looks like a whole number may be a float. */
export function typeOfLiteral(value: string | number | boolean | null): JsonSchema {
  return typeof value === 'number' && Number.isInteger(value) && isWrittenAsFloat(value)
    ? { type: 'number' }
    : { const: value };
}

function areCertain(types: readonly ExpressionType[]): boolean {
  return types.every(({ certain }) => certain);
}

/** Whole numbers stay whole, but for `/`. */
export function typeOfNumber(operator: ArithmeticOperator, operands: readonly ExpressionType[]): JsonSchema {
  const areWhole = operands.every(({ schema }) => typesOf(schema).join() === 'integer');
  return { type: areWhole && operator !== '/' ? 'integer' : 'number' };
}

/** The type of a list with these items. */
export function listOf(items: readonly JsonSchema[]): JsonSchema {
  const type = { type: 'array', minItems: items.length, maxItems: items.length } as const;
  return items.length === 0 ? type : { ...type, items: anyOfSchemas(items) };
}

/** The type of an object that has these keys and no others. */
export function objectOf(properties: ReadonlyMap<string, JsonSchema>): JsonSchema {
  return {
    type: 'object',
    required: [...properties.keys()],
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

/** The part of a path that names where its value comes from: nothing, of `input` and `caller`, the variable, or the node and handle. */
export function rootLength(expression: PathExpression): number {
  return { input: 0, caller: 0, env: 1, nodes: 2, local: 1 }[expression.root];
}

/** The type of what a path starts from. */
export function typeOfRoot(expression: PathExpression, scope: TypeScope): ExpressionType {
  if (expression.root === 'input') return { schema: scope.input, certain: true };
  if (expression.root === 'caller') return { schema: scope.caller ?? unknownSchema, certain: true };
  if (expression.root === 'local') {
    const list = expression.over && typeOfExpression(expression.over, scope).schema;
    return { schema: (list && itemsOf(list)) ?? unknownSchema, certain: true };
  }
  // Whether the operator has set a declared variable is known only when the service runs.
  if (expression.root === 'env') return { schema: { type: 'string' }, certain: false };
  const [node, handle, ...members] = expression.segments;
  if (node === undefined || handle === undefined) return unknown;
  const type = scope.output(String(node.key), String(handle.key)) ?? unknown;
  // The output itself may be compared with null once more.
  const isShown = members.length > 0 && scope.shown?.has(`${node.key}.${handle.key}`) === true;
  return isShown ? { ...type, schema: withoutNull(type.schema) } : type;
}

/**
 * What a path reads, one member per key behind its root: its type, and whether it is there when what holds it is. What can
 * never be there, and what nothing is known of, is unknown.
 * @param root the type of what the path starts from
 */
export function membersAlong(expression: PathExpression, root: ExpressionType): readonly ExpressionType[] {
  let { schema } = root;
  return expression.segments.slice(rootLength(expression)).map(({ key }) => {
    // Of an answer, a default is what the model is told of it; of an input, what stands there when nothing is sent.
    const member = memberOf(schema, key, isOfInput(expression));
    const type = member === undefined || member === 'unknown' ? unknown : member;
    ({ schema } = type);
    return type;
  });
}

/** Whether what a path leads to lies in the input, in an item of one of its lists too. */
export function isOfInput({ root, over }: PathExpression): boolean {
  return root === 'input' || (over?.kind === 'path' && isOfInput(over));
}

function typeOfPath(expression: PathExpression, scope: TypeScope): ExpressionType {
  const root = typeOfRoot(expression, scope);
  return typeAlong(root, membersAlong(expression, root));
}

/** The type of what a path leads to, by those of its root and of the members on the way. */
export function typeAlong(root: ExpressionType, members: readonly ExpressionType[]): ExpressionType {
  const { schema } = members.at(-1) ?? root;
  return { schema, certain: root.certain && members.every((member) => member.certain) };
}

/** The type of what a filter gives, by those of its subject and its arguments. */
export function typeOfFilter(name: FilterName, operands: readonly ExpressionType[]): ExpressionType {
  const [subject = unknown, ...args] = operands;
  const certain = operands.every((type) => type.certain);
  const { gives } = filters[name];
  if (name === 'round' && args.length === 0) return { schema: { type: 'integer' }, certain };
  const ofList = typeOfListFilter(name, subject, args);
  if (ofList !== undefined) return { schema: ofList.schema, certain: certain && ofList.certain };
  if (name === 'parse_json') return { schema: unknownSchema, certain };
  if (gives !== undefined) return { schema: { type: gives }, certain };
  if (name === 'default') {
    const [other = unknown] = args;
    return {
      schema: subject.certain ? subject.schema : either(subject.schema, other.schema),
      certain: subject.certain || other.certain,
    };
  }
  const types = typesOf(subject.schema);
  if (types.length === 1 && types[0] === 'string') return { schema: { type: 'string' }, certain: false };
  const isArray = types.length === 1 && types[0] === 'array';
  return { schema: (isArray ? itemsOf(subject.schema) : undefined) ?? unknownSchema, certain: false };
}

/** A schema for a value that fits one of two. */
export function either(a: JsonSchema, b: JsonSchema): JsonSchema {
  return typesOf(a).length === 0 || typesOf(b).length === 0 ? unknownSchema : anyOfSchemas([a, b]);
}
