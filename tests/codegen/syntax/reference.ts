import type { Expr, Stmt } from '../../../src/core/codegen/python/syntax/tree.ts';
import type { Json } from '../../../src/core/workflow/json.ts';

/**
 * Writes a tree with parentheses around everything and every character escaped: what the printer's text has to mean,
 * arrived at without any of its code.
 */
export function referenceModule(body: readonly Stmt[]): string {
  return `${body.flatMap((statement) => lines(statement)).join('\n')}\n`;
}

const text = (value: string): string =>
  `"${[...value].map((each) => `\\U${(each.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`).join('')}"`;

/** In the braces of an f-string, Python 3.11 allows no backslash, so strings stand there as they are. */
type WriteText = (value: string) => string;
const bare: WriteText = (value) => `'${value}'`;

function json(value: Json, write: WriteText): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return `(${Object.is(value, -0) ? '-0.0' : JSON.stringify(value)})`;
  if (typeof value === 'string') return write(value);
  if (Array.isArray(value)) return `[${value.map((each: Json) => json(each, write)).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, each]: [string, Json]) => `${write(key)}: ${json(each, write)}`)
    .join(', ')}}`;
}

function expression(expr: Expr, write: WriteText = text): string {
  const sub = (each: Expr): string =>
    each.kind === 'starred' ? `*${expression(each.value, write)}` : expression(each, write);
  switch (expr.kind) {
    case 'name':
      return expr.name;
    case 'literal':
      return json(expr.value, write);
    case 'fstring':
      return `f"${expr.parts.map((part) => (typeof part === 'string' ? text(part).slice(1, -1) : `{(${expression(part, bare)})}`)).join('')}"`;
    case 'list':
      return `[${expr.items.map(sub).join(', ')}]`;
    case 'tuple':
      return `(${expr.items.map((each) => `${sub(each)},`).join(' ')})`;
    case 'dict':
      return `{${expr.entries.map((each) => ('spread' in each ? `**${sub(each.spread)}` : `${sub(each.key)}: ${sub(each.value)}`)).join(', ')}}`;
    case 'call':
      return `(${sub(expr.callee)}(${[...expr.args.map(sub), ...expr.keywords.map((each) => `${each.name}=${sub(each.value)}`)].join(', ')}))`;
    case 'attribute':
      return `(${sub(expr.object)}.${expr.name})`;
    case 'subscript':
      return `(${sub(expr.object)}[${sub(expr.key)}])`;
    case 'compare':
      return `(${sub(expr.left)} ${expr.operator} ${sub(expr.right)})`;
    case 'arithmetic':
      return `(${sub(expr.left)} ${expr.operator} ${sub(expr.right)})`;
    case 'negative':
      return `(-${sub(expr.operand)})`;
    case 'boolean':
      return `(${expr.operands.map(sub).join(` ${expr.operator} `)})`;
    case 'not':
      return `(not ${sub(expr.operand)})`;
    case 'union':
      return `(${expr.members.map(sub).join(' | ')})`;
    case 'conditional':
      return `(${sub(expr.then)} if ${sub(expr.test)} else ${sub(expr.otherwise)})`;
    case 'await':
      return `(await ${sub(expr.value)})`;
    case 'slice':
      return `(${sub(expr.object)}[${expr.from ?? ''}:${expr.to ?? ''}:${expr.step ?? ''}])`;
    case 'comprehension':
      return `[(${sub(expr.element)}) for ${expr.target} in (${sub(expr.iterable)})${expr.condition ? ` if (${sub(expr.condition)})` : ''}]`;
    case 'lambda':
      return `(lambda ${expr.parameter ?? ''}: ${sub(expr.body)})`;
    case 'walrus':
      return `(${expr.target} := ${sub(expr.value)})`;
    case 'starred':
      return sub(expr);
    case 'origin':
      return sub(expr.value);
  }
}

/** A target; CPython takes none that starts with a parenthesis when it is annotated. */
function target(expr: Expr): string {
  switch (expr.kind) {
    case 'attribute':
      return `${target(expr.object)}.${expr.name}`;
    case 'subscript':
      return `${target(expr.object)}[${expression(expr.key)}]`;
    case 'call':
      return `${target(expr.callee)}(${expression({ ...expr, callee: { kind: 'list', items: [] } }).slice(4, -2)})`;
    default:
      return expression(expr);
  }
}

function lines(statement: Stmt): readonly string[] {
  switch (statement.kind) {
    case 'assign': {
      const annotation = statement.annotation ? `: ${expression(statement.annotation)}` : '';
      return [`${target(statement.target)}${annotation}${statement.value ? ` = ${expression(statement.value)}` : ''}`];
    }
    case 'expression':
      return [expression(statement.value)];
    case 'return':
      return [statement.value ? `return ${expression(statement.value)}` : 'return'];
    case 'assert':
      return [`assert ${expression(statement.test)}${statement.message ? `, ${expression(statement.message)}` : ''}`];
    case 'pass':
    case 'break':
    case 'continue':
    case 'raise':
      return [statement.kind];
    case 'for':
      return [`for ${statement.targets.join(', ')} in ${expression(statement.iterable)}:`, ...indented(statement.body)];
    case 'if':
      return [
        ...statement.arms.flatMap((arm, index) => [
          `${index > 0 ? 'el' : ''}if ${expression(arm.test)}:`,
          ...indented(arm.body),
        ]),
        ...(statement.otherwise ? ['else:', ...indented(statement.otherwise)] : []),
      ];
    case 'try': {
      const { body, handler, otherwise } = statement;
      return [
        'try:',
        ...indented(body),
        `except ${expression(handler.type)}${handler.as ? ` as ${handler.as}` : ''}:`,
        ...indented(handler.body),
        ...(otherwise ? ['else:', ...indented(otherwise)] : []),
      ];
    }
    case 'with':
      return [
        `${statement.isAsync ? 'async ' : ''}with ${expression(statement.context)}${statement.as ? ` as ${statement.as}` : ''}:`,
        ...indented(statement.body),
      ];
    case 'function': {
      const parameters = statement.parameters.map(
        (each) =>
          `${each.name}${each.annotation ? `: ${expression(each.annotation)}` : ''}${each.default ? ` = ${expression(each.default)}` : ''}`,
      );
      return [
        ...statement.decorators.map((each) => `@${expression(each)}`),
        `${statement.isAsync ? 'async ' : ''}def ${statement.name}(${parameters.join(', ')}) -> ${expression(statement.returns)}:`,
        ...indented(statement.body, statement.docstring),
      ];
    }
    case 'class':
      return [
        `class ${statement.name}(${statement.bases.map((each) => expression(each)).join(', ')}):`,
        ...indented(statement.body, statement.docstring),
      ];
  }
}

function indented(body: readonly Stmt[], docstring?: string): readonly string[] {
  const inner = [...(docstring === undefined ? [] : [text(docstring)]), ...body.flatMap((each) => lines(each))];
  return (inner.length > 0 ? inner : ['pass']).map((line) => `    ${line}`);
}
