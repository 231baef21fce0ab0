import { suggest } from '../suggest.ts';
import { filters, type ArgumentKind } from './filters.ts';
import {
  filterNames,
  functionNames,
  type ArithmeticOperator,
  type ComparisonOperator,
  type Expression,
  type FilterName,
  type FunctionName,
  type MembershipOperator,
  type ObjectEntry,
  type PathRoot,
  type PathSegment,
  type Span,
} from './syntax.ts';
import { operatorWords } from './scanner.ts';
import { dateDirectives } from './textFilters.ts';
import { nestingLimit, shorten, TokenReader } from './tokens.ts';

const comparisons: readonly string[] = ['==', '!=', '<', '<=', '>', '>='] satisfies ComparisonOperator[];
const roots: readonly Exclude<PathRoot, 'local'>[] = ['input', 'caller', 'env', 'nodes'];
const sums: readonly string[] = ['+', '-'] satisfies ArithmeticOperator[];
const products: readonly string[] = ['*', '/', '//', '%'] satisfies ArithmeticOperator[];
const words = [...operatorWords, 'true', 'false', 'null'];
const reserved: readonly string[] = [...roots, ...words, ...functionNames, 'for', 'end'];
const forbiddenKeys = ['__proto__', 'constructor', 'prototype'];

/** Variables of loops, and the lists that these go through. */
export type Locals = ReadonlyMap<string, Expression>;

/**
 * Reads one expression by recursive descent, one method for each rule of the grammar, from what binds loosest to what binds
 * tightest:
 *
 *     expression    := or ("if" or "else" expression)?
 *     or            := and ("or" and)*
 *     and           := not ("and" not)*
 *     not           := "not" not | comparison
 *     comparison    := concatenation (("==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" "in") concatenation)?
 *     concatenation := sum ("~" sum)*
 *     sum           := product (("+" | "-") product)*
 *     product       := negative (("*" | "/" | "//" | "%") negative)*
 *     negative      := "-" negative | filtered
 *     filtered      := primary ("|" name ("(" expression ("," expression)* ")")?)*
 *     primary       := string | number | "true" | "false" | "null" | path | call | "(" expression ")" | list | object
 *     call          := ("now" | "uuid" | "random") "(" ")"
 *     list          := "[" (expression ("," expression)* ","?)? "]"
 *     object        := "{" (string ":" expression ("," string ":" expression)* ","?)? "}"
 *     path          := ("input" | "caller" | "env" | "nodes" | variable) ("." name | "[" (integer | string) "]")*
 *
 * A variable is that of a `{{ for … }}` around the expression; see `parser.ts`.
 */
export class ExpressionParser extends TokenReader {
  readonly #depths = new WeakMap<Expression, number>();
  /** The variables of the loops around it, and the lists of whose items they are. */
  readonly #locals: Locals;

  constructor(text: string, offset: number, locals: Locals = new Map()) {
    super(text, offset);
    this.#locals = locals;
  }

  /** The word with which a block begins, goes on or ends, when one stands there. */
  get blockWord(): 'for' | 'if' | 'else' | 'end' | undefined {
    return (['for', 'if', 'else', 'end'] as const).find((word) => this.isWord(word));
  }

  /** `for NAME in LIST }}` @throws SyntaxFailure */
  parseFor(): { readonly variable: string; readonly list: Expression } {
    this.advance();
    const { token } = this;
    const example = 'Write a loop as `{{ for item in input.items }}…{{ end }}`.';
    if (token.kind !== 'name') this.unexpected('the name of a variable', example);
    if (reserved.includes(token.text))
      this.fail(
        'syntax',
        `\`${token.text}\` has a meaning of its own.`,
        token.span,
        'Take another name for the variable.',
      );
    if (this.#locals.has(token.text)) {
      const hint = 'Take another name for the variable.';
      this.fail('syntax', `\`${shorten(token.text)}\` is the variable of a loop around this one.`, token.span, hint);
    }
    this.advance();
    if (!this.isWord('in')) this.unexpected('`in`', example);
    this.advance();
    return { variable: token.text, list: this.#whole() };
  }

  /** `if TEST }}` @throws SyntaxFailure */
  parseIf(): Expression {
    this.advance();
    return this.#whole();
  }

  /** `else }}` or `else if TEST }}`, whose test is given. @throws SyntaxFailure */
  parseElse(): Expression | undefined {
    this.advance();
    if (this.isWord('if')) return this.parseIf();
    if (!this.isClosed()) this.unexpected('`}}` or `if`', 'Write `{{ else }}`, or `{{ else if … }}`.');
    return undefined;
  }

  /** `end }}` @throws SyntaxFailure */
  parseEnd(): void {
    this.advance();
    if (!this.isClosed()) this.unexpected('`}}`', 'A block ends with `{{ end }}`.');
  }

  /** @throws SyntaxFailure */
  parse(): Expression {
    if (this.token.kind === 'close') {
      this.fail(
        'syntax',
        'There is no expression between `{{` and `}}`.',
        { start: this.start - 2, end: this.end },
        "Write one, such as `{{ input.message }}`; a literal `{{` is `{{ '{{' }}`.",
      );
    }
    return this.#whole();
  }

  #whole(): Expression {
    const expression = this.#expression();
    if (!this.isClosed()) this.unexpected('the end of the expression, `}}`', this.#hintAtRest());
    return expression;
  }

  /** What was probably meant by something behind a complete expression. */
  #hintAtRest(): string {
    if (this.isSymbol('(')) return 'Values have no methods; a filter stands behind a bar: `| upper`.';
    if (this.token.kind === 'symbol') return 'An operator, a comparison or a filter may follow here.';
    return 'Put text in quotes, in \'…\' when it holds " and in "…" when it holds \'.';
  }

  #expression(): Expression {
    const then = this.#or();
    if (!this.isWord('if')) return then;
    this.advance();
    const test = this.#or();
    if (!this.isWord('else')) this.unexpected('`else`', 'Say what stands there otherwise: `a if c else b`.');
    this.advance();
    const otherwise = this.nested(() => this.#expression());
    const span = around(then, otherwise);
    return this.#made({ kind: 'conditional', test, then, otherwise, span }, test, then, otherwise);
  }

  #or(): Expression {
    let left = this.#and();
    while (this.isWord('or')) {
      this.advance();
      const right = this.#and();
      left = this.#made({ kind: 'logical', operator: 'or', left, right, span: around(left, right) }, left, right);
    }
    return left;
  }

  #and(): Expression {
    let left = this.#not();
    while (this.isWord('and')) {
      this.advance();
      const right = this.#not();
      left = this.#made({ kind: 'logical', operator: 'and', left, right, span: around(left, right) }, left, right);
    }
    return left;
  }

  #not(): Expression {
    if (!this.isWord('not')) return this.#comparison();
    const { start } = this.advance().span;
    const operand = this.nested(() => this.#not());
    return this.#made({ kind: 'not', operand, span: { start, end: operand.span.end } }, operand);
  }

  #comparison(): Expression {
    const left = this.#concatenation();
    const operator = this.#comparisonOperator() ?? this.#membershipOperator();
    if (operator === undefined) return left;
    this.advance();
    const right = this.#concatenation();
    if (this.#comparisonOperator() !== undefined || this.isWord('in') || this.isWord('not')) {
      this.fail('syntax', 'Comparisons cannot be chained.', this.token.span, 'Write `a < b and b < c`.');
    }
    const span = around(left, right);
    return operator === 'in' || operator === 'not in'
      ? this.#made({ kind: 'membership', operator, left, right, span }, left, right)
      : this.#made({ kind: 'comparison', operator, left, right, span }, left, right);
  }

  /** Stands at the last word of the operator. */
  #membershipOperator(): MembershipOperator | undefined {
    if (this.isWord('in')) return 'in';
    if (!this.isWord('not')) return undefined;
    this.advance();
    if (!this.isWord('in')) this.unexpected('`in` behind `not`', 'Write `a not in b`, or `a and not b`.');
    return 'not in';
  }

  #concatenation(): Expression {
    const first = this.#sum();
    if (!this.isSymbol('~')) return first;
    const parts = [first];
    while (this.isSymbol('~')) {
      this.advance();
      parts.push(this.#sum());
    }
    const span = { start: first.span.start, end: (parts.at(-1) ?? first).span.end };
    return this.#made({ kind: 'concatenation', parts, span }, ...parts);
  }

  #sum(): Expression {
    return this.#arithmetic(sums, () => this.#product());
  }

  #product(): Expression {
    return this.#arithmetic(products, () => this.#negative());
  }

  #arithmetic(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (this.token.kind === 'symbol' && operators.includes(this.token.text)) {
      const operator = this.token.text as ArithmeticOperator;
      const operatorSpan = this.advance().span;
      const right = operand();
      const span = around(left, right);
      left = this.#made({ kind: 'arithmetic', operator, left, right, operatorSpan, span }, left, right);
    }
    return left;
  }

  #negative(): Expression {
    if (!this.isSymbol('-')) return this.#filtered();
    const { start } = this.advance().span;
    const operand = this.nested(() => this.#negative());
    return this.#made({ kind: 'negative', operand, span: { start, end: operand.span.end } }, operand);
  }

  #comparisonOperator(): ComparisonOperator | undefined {
    const isOne = this.token.kind === 'symbol' && comparisons.includes(this.token.text);
    return isOne ? ((this.token as { text: string }).text as ComparisonOperator) : undefined;
  }

  #filtered(): Expression {
    let subject = this.#primary();
    while (this.isSymbol('|')) {
      this.advance();
      const name = this.#filterName();
      const args = this.isSymbol('(') ? this.#arguments() : { expressions: [], end: name.span.end };
      this.#checkArity(name, args.expressions.length, args.end);
      this.#checkLiterals(name.name, args.expressions);
      const span = { start: subject.span.start, end: args.end };
      const filter = {
        kind: 'filter',
        name: name.name,
        subject,
        args: args.expressions,
        nameSpan: name.span,
        span,
      } as const;
      subject = this.#made(filter, subject, ...args.expressions);
    }
    return subject;
  }

  #filterName(): { name: FilterName; span: Span } {
    const token = this.token;
    if (token.kind !== 'name') this.unexpected('the name of a filter');
    const name = filterNames.find((candidate) => candidate === token.text);
    if (name === undefined) {
      const suggestion = suggest(token.text, filterNames);
      const hint = `The filters are ${filterNames.join(', ')}.`;
      this.fail('filter', `There is no filter \`${shorten(token.text)}\`.`, token.span, hint, suggestion);
    }
    this.advance();
    return { name, span: token.span };
  }

  #arguments(): { expressions: readonly Expression[]; end: number } {
    this.advance();
    const expressions: Expression[] = [];
    if (this.isSymbol(')')) return { expressions, end: this.advance().span.end };
    for (;;) {
      expressions.push(this.nested(() => this.#expression()));
      if (!this.isSymbol(',')) break;
      this.advance();
    }
    if (!this.isSymbol(')')) this.unexpected('`,` or `)`');
    return { expressions, end: this.advance().span.end };
  }

  #checkArity(name: { name: FilterName; span: Span }, given: number, end: number): void {
    const [min, max] = filters[name.name].arity;
    const empty = given === 0 && end > name.span.end;
    if (given >= min && given <= max && !empty) return;
    const takes =
      max === 0
        ? 'no arguments'
        : min === max
          ? countOf(max)
          : min === 0
            ? `at most ${countOf(max)}`
            : `one or ${countOf(max)}`;
    const example =
      max === 0 || (empty && min === 0) ? name.name : `${name.name}(${filters[name.name].example ?? '…'})`;
    const span = { start: name.span.start, end };
    this.fail(
      'arguments',
      `The filter \`${name.name}\` takes ${takes}, not ${empty && min === 0 ? 'empty parentheses' : given}.`,
      span,
      `Write \`| ${example}\`.`,
    );
  }

  /** Keys, formats and places stand there when the workflow is built, so that types and Python can go by them. */
  #checkLiterals(name: FilterName, args: readonly Expression[]): void {
    const { wants = [], example = '…' } = filters[name];
    for (const [index, { span, ...arg }] of args.entries()) {
      const problem = literalProblem(wants[index] ?? 'any', arg.kind === 'literal' ? arg.value : undefined);
      if (problem !== undefined)
        this.fail('arguments', `The filter \`${name}\` takes ${problem}.`, span, `Write \`| ${name}(${example})\`.`);
    }
  }

  #primary(): Expression {
    const token = this.token;
    if (token.kind === 'string') {
      this.advance();
      return { kind: 'literal', value: token.value, span: token.span };
    }
    if (token.kind === 'number') {
      this.advance();
      return { kind: 'literal', value: this.number(token.text, token.span), span: token.span };
    }
    if (token.kind === 'name') return this.#word(token.text, token.span);
    if (this.isSymbol('[')) return this.#list();
    if (this.isSymbol('{')) return this.#object();
    if (!this.isSymbol('(')) this.unexpected('a value');
    this.advance();
    const inner = this.nested(() => this.#expression());
    if (!this.isSymbol(')')) this.unexpected('`)`');
    const span = { start: token.span.start, end: this.advance().span.end };
    const expression = { ...inner, span };
    this.#depths.set(expression, this.#depths.get(inner) ?? 0);
    return expression;
  }

  #list(): Expression {
    const { start } = this.advance().span;
    const items: Expression[] = [];
    while (!this.isSymbol(']')) {
      items.push(this.nested(() => this.#expression()));
      if (!this.isSymbol(',')) break;
      this.advance();
    }
    if (!this.isSymbol(']')) this.unexpected('`,` or `]`');
    return this.#made({ kind: 'list', items, span: { start, end: this.advance().span.end } }, ...items);
  }

  #object(): Expression {
    const { start } = this.advance().span;
    const entries: ObjectEntry[] = [];
    const keys = new Set<string>();
    while (!this.isSymbol('}')) {
      entries.push(this.#entry(keys));
      if (!this.isSymbol(',')) break;
      this.advance();
    }
    if (!this.isSymbol('}')) this.unexpected('`,` or `}`');
    const values = entries.map(({ value }) => value);
    return this.#made({ kind: 'object', entries, span: { start, end: this.advance().span.end } }, ...values);
  }

  #entry(before: Set<string>): ObjectEntry {
    const token = this.token;
    if (token.kind !== 'string') this.unexpected('a key in quotes', "Write an object as `{'key': value}`.");
    const { value: key, span } = token;
    if (forbiddenKeys.includes(key)) this.fail('key', `The key \`${key}\` is not allowed.`, span, 'Take another key.');
    if (before.has(key))
      this.fail('syntax', `The key \`${shorten(key)}\` stands twice in the object.`, span, 'Leave one of the two out.');
    before.add(key);
    this.advance();
    if (!this.isSymbol(':')) this.unexpected('`:` behind the key', "Write an object as `{'key': value}`.");
    this.advance();
    return { key, value: this.nested(() => this.#expression()) };
  }

  #word(text: string, span: Span): Expression {
    if (text === 'true' || text === 'false') return this.#constant(text === 'true', span);
    if (text === 'null') return this.#constant(null, span);
    const root = roots.find((candidate) => candidate === text);
    if (root !== undefined) return this.#path(root, span);
    const over = this.#locals.get(text);
    if (over !== undefined) return this.#path('local', span, over);
    const called = functionNames.find((candidate) => candidate === text);
    if (called !== undefined) return this.#call(called, span);
    if (words.includes(text)) this.unexpected('a value');
    const suggestion = suggest(text, [...roots, ...this.#locals.keys(), ...words, ...functionNames]);
    const locals = [...this.#locals.keys()].map((name) => ` \`${name}\`,`).join('');
    const hint = `A value is${locals} \`input…\`, \`caller…\`, \`env.NAME\`, \`nodes.ID.HANDLE\`, a number, \`true\`, \`false\`, \`null\`, or text in quotes.`;
    this.fail('root', `\`${shorten(text)}\` is not known here.`, span, hint, suggestion);
  }

  #constant(value: boolean | null, span: Span): Expression {
    this.advance();
    return { kind: 'literal', value, span };
  }

  #call(name: FunctionName, { start }: Span): Expression {
    this.advance();
    if (!this.isSymbol('(')) this.unexpected(`\`(\` behind \`${name}\``, `It is a function: write \`${name}()\`.`);
    this.advance();
    if (!this.isSymbol(')')) this.unexpected('`)`', `\`${name}()\` takes no arguments.`);
    return { kind: 'call', name, span: { start, end: this.advance().span.end } };
  }

  /** @param over of a variable: the list of whose items it is one */
  #path(root: PathRoot, rootSpan: Span, over?: Expression): Expression {
    const { token } = this;
    this.advance();
    const segments: PathSegment[] = [];
    if (over !== undefined && token.kind === 'name') segments.push({ key: token.text, span: token.span });
    let { end } = rootSpan;
    for (;;) {
      if (this.isSymbol('.')) segments.push(this.#dotKey());
      else if (this.isSymbol('[')) segments.push(this.#bracketKey());
      else break;
      const segment = segments.at(-1) as PathSegment;
      if (forbiddenKeys.includes(segment.key as string)) {
        this.fail('key', `The key \`${segment.key}\` is not allowed.`, segment.span, 'Give the value another key.');
      }
      if (segments.length > nestingLimit) this.tooDeep(segment.span);
      ({ end } = segment.span);
    }
    return { kind: 'path', root, segments, ...(over && { over }), span: { start: rootSpan.start, end } };
  }

  #dotKey(): PathSegment {
    this.advance(true);
    const token = this.token;
    if (token.kind !== 'name') {
      const hint =
        token.kind === 'number'
          ? 'Write an index in brackets: `[0]`.'
          : 'Write any key that is not a plain name as `["key"]`.';
      this.unexpected('a name after the dot', hint);
    }
    this.advance();
    return { key: token.text, span: token.span };
  }

  #bracketKey(): PathSegment {
    const { start } = this.advance().span;
    const token = this.token;
    if (token.kind !== 'string' && token.kind !== 'number') {
      this.unexpected(
        'an index or a quoted key',
        'Keys are fixed when the workflow is built; they cannot come from a value.',
      );
    }
    const key = token.kind === 'string' ? token.value : this.number(token.text, token.span);
    if (typeof key === 'number' && (!Number.isInteger(key) || key < 0 || Object.is(key, -0))) {
      this.fail(
        'syntax',
        `\`${shorten(token.kind === 'number' ? token.text : '')}\` is not an index.`,
        token.span,
        'Indexes are whole numbers from 0; use `| last` for the last item.',
      );
    }
    this.advance();
    if (!this.isSymbol(']')) this.unexpected('`]`');
    return { key, span: { start, end: this.advance().span.end } };
  }

  /** Notes how deep an expression is; chains of `or` and of filters count too, because trees of them lean to the left. */
  #made<E extends Expression>(expression: E, ...children: readonly Expression[]): E {
    const depth = children.reduce((deepest, child) => Math.max(deepest, 1 + (this.#depths.get(child) ?? 0)), 1);
    if (depth > nestingLimit) this.tooDeep(expression.span);
    this.#depths.set(expression, depth);
    return expression;
  }
}

/** What a literal has to be, where it is not. @param value undefined for anything but a literal */
function literalProblem(wanted: ArgumentKind, value: string | number | boolean | null | undefined): string | undefined {
  switch (wanted) {
    case 'key':
      if (typeof value !== 'string') return 'a key in quotes there';
      return forbiddenKeys.includes(value) ? `no key \`${value}\`` : undefined;
    case 'places':
      return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 20
        ? undefined
        : 'a whole number from 0 to 20 there';
    case 'format': {
      const letters =
        typeof value === 'string' ? [...value.matchAll(/%(.?)/gsu)].map(([, letter = '']) => letter) : [''];
      const isKnown = letters.every((letter) => dateDirectives.includes(letter));
      return isKnown ? undefined : `a format in quotes of ${dateDirectives.map((letter) => `%${letter}`).join(' ')}`;
    }
    default:
      return undefined;
  }
}

function countOf(count: number): string {
  return count === 1 ? 'one argument' : `${count} arguments`;
}

function around(left: Expression, right: Expression): Span {
  return { start: left.span.start, end: right.span.end };
}
