import type { ValueFormatter } from './assignments.ts';
import { optionalParentheses } from './brackets.ts';
import { canOmitParentheses } from './chains.ts';
import { type Element, documentOf, end, groupStart, ifBroken, lineOrSpace, softBlockIndent } from './document.ts';
import { docstringLines } from './docstrings.ts';
import type { ExpressionFormatter } from './expressions.ts';
import type { LayoutPrinter } from './layout.ts';
import { type Lowering, places } from './lower.ts';
import type { Node } from './nodes.ts';
import type { Expr, Parameter, Stmt } from './tree.ts';

/** What a block belongs to, which decides the empty lines in it. */
type Block = 'module' | 'function' | 'class' | 'other';

const isDefinition = (statement: Stmt): boolean => statement.kind === 'function' || statement.kind === 'class';

/** Whether the last thing in a statement is a function or class, however deep: empty lines follow it. */
function endsInDefinition(statement: Stmt): boolean {
  if (isDefinition(statement)) return true;
  const block =
    statement.kind === 'if'
      ? (statement.otherwise ?? statement.arms.at(-1)?.body)
      : statement.kind === 'with'
        ? statement.body
        : [];
  const last = block?.at(-1);
  return last !== undefined && endsInDefinition(last);
}

/** Prints statements one below the other; empty lines follow ruff's statement/suite.rs. */
export class StatementPrinter {
  readonly #printer: LayoutPrinter;
  readonly #lowering: Lowering;
  readonly #expressions: ExpressionFormatter;
  readonly #values: ValueFormatter;
  readonly #addMark: (mark: { readonly node: string }) => number;

  constructor(
    printer: LayoutPrinter,
    lowering: Lowering,
    expressions: ExpressionFormatter,
    values: ValueFormatter,
    addMark: (mark: { readonly node: string }) => number,
  ) {
    this.#printer = printer;
    this.#lowering = lowering;
    this.#expressions = expressions;
    this.#values = values;
    this.#addMark = addMark;
  }

  body(statements: readonly Stmt[], indent: number, block: Block): void {
    statements.forEach((statement, index) => {
      const before = statements[index - 1];
      if (before === undefined) {
        if (block === 'other' && isDefinition(statement)) this.#printer.emptyLines(1);
      } else if (isDefinition(statement) || endsInDefinition(before))
        this.#printer.emptyLines(block === 'module' ? 2 : 1);
      this.#marked(statement, indent);
    });
  }

  #marked(statement: Stmt, indent: number): void {
    const node = 'node' in statement ? statement.node : undefined;
    if (node === undefined) {
      this.#statement(statement, indent);
      return;
    }
    const mark = this.#addMark({ node });
    this.#printer.startMark(mark);
    this.#statement(statement, indent);
    this.#printer.endMark(mark);
  }

  #line(indent: number, build: (out: Element[]) => void): void {
    this.#printer.print(documentOf(build), indent);
  }

  #node(expr: Expr): Node {
    return this.#lowering.expression(expr, places.other);
  }

  #statement(statement: Stmt, indent: number): void {
    switch (statement.kind) {
      case 'assign': {
        const { target, annotation, value } = statement;
        // Left of an annotation, ruff would break a target that has brackets to make a joined text fit.
        const place = annotation && target.kind !== 'name' ? places.other : places.value;
        this.#line(indent, (out) =>
          this.#values.assignment(
            out,
            this.#node(target),
            annotation && this.#node(annotation),
            value && this.#lowering.expression(value, place),
          ),
        );
        return;
      }
      case 'expression':
        this.#line(indent, (out) => this.#expressions.format(out, this.#node(statement.value), 'open'));
        return;
      case 'return':
        this.#line(indent, (out) => {
          out.push('return');
          if (!statement.value) return;
          out.push(' ');
          this.#values.value(out, this.#lowering.expression(statement.value, places.value));
        });
        return;
      case 'assert':
        this.#line(indent, (out) => {
          out.push('assert ');
          this.#expressions.maybeParenthesized(out, this.#node(statement.test), 'open', 'statement');
          if (!statement.message) return;
          out.push(', ');
          this.#expressions.maybeParenthesized(out, this.#node(statement.message), 'open', 'statement', 'always');
        });
        return;
      case 'pass':
        this.#line(indent, (out) => out.push('pass'));
        return;
      case 'if':
        statement.arms.forEach((arm, index) => {
          this.#line(indent, (out) => {
            out.push(index === 0 ? 'if ' : 'elif ');
            const test = this.#lowering.expression(arm.test, places.test);
            this.#expressions.maybeParenthesized(out, test, 'open', 'test');
            out.push(':');
          });
          this.#block(arm.body, indent, 'other');
        });
        if (statement.otherwise) {
          this.#line(indent, (out) => out.push('else:'));
          this.#block(statement.otherwise, indent, 'other');
        }
        return;
      case 'with':
        this.#line(indent, (out) => this.#withHead(out, statement));
        this.#block(statement.body, indent, 'other');
        return;
      case 'function':
        for (const decorator of statement.decorators) {
          this.#line(indent, (out) => {
            out.push('@');
            this.#expressions.format(out, this.#node(decorator), 'open');
          });
        }
        this.#line(indent, (out) => this.#functionHead(out, statement));
        this.#block(statement.body, indent, 'function', statement.docstring);
        return;
      case 'class':
        this.#line(indent, (out) => {
          out.push(`class ${statement.name}`);
          const bases = statement.bases.map((base) => ({ value: this.#node(base) }));
          if (bases.length > 0) this.#expressions.arguments(out, bases, 'open');
          out.push(':');
        });
        this.#block(statement.body, indent, 'class', statement.docstring);
    }
  }

  /** The lines below a head; `pass` where there would be none. */
  #block(statements: readonly Stmt[], indent: number, block: Block, docstring?: string): void {
    if (docstring !== undefined) {
      for (const line of docstringLines(docstring)) {
        if (line === '') this.#printer.emptyLines(1);
        else this.#printer.print([line], indent + 1);
      }
      const [first] = statements;
      if (first && (block === 'class' || isDefinition(first))) this.#printer.emptyLines(1);
    } else if (statements.length === 0) this.#line(indent + 1, (out) => out.push('pass'));
    this.body(statements, indent + 1, block);
  }

  #withHead(out: Element[], statement: Stmt & { kind: 'with' }): void {
    out.push(statement.isAsync ? 'async with ' : 'with ');
    const context = this.#node(statement.context);
    const { as } = statement;
    if (context.kind === 'tuple') throw new Error('In `with`, a tuple would be read as several contexts');
    if (as === undefined) this.#expressions.maybeParenthesized(out, context, 'open', 'statement');
    else if (context.parenthesized) {
      this.#expressions.maybeParenthesized(out, context, 'open', 'statement');
      out.push(` as ${as}`);
    } else {
      const group = this.#expressions.newGroup();
      optionalParentheses(out, group, (inner) => {
        this.#expressions.unparenthesized(inner, context, canOmitParentheses(context) ? group : 'bracketed');
        inner.push(` as ${as}`);
      });
    }
    out.push(':');
  }

  #functionHead(out: Element[], statement: Stmt & { kind: 'function' }): void {
    const { parameters } = statement;
    out.push(`${statement.isAsync ? 'async ' : ''}def ${statement.name}`, groupStart);
    if (parameters.length === 0) out.push('()');
    else {
      out.push('(');
      softBlockIndent(out, (inner) => this.#parameters(inner, parameters));
      out.push(')');
    }
    out.push(' -> ');
    const returns = this.#node(statement.returns);
    const parent = parameters.length === 0 ? 'return annotation without parameters' : 'return annotation';
    this.#expressions.maybeParenthesized(out, returns, 'open', parent, parameters.length === 0 ? 'always' : 'bestFit');
    out.push(end, ':');
  }

  #parameters(out: Element[], parameters: readonly Parameter[]): void {
    if (parameters.length > 1) out.push(groupStart);
    parameters.forEach((parameter, index) => {
      if (index > 0) out.push(',', lineOrSpace);
      out.push(`${parameter.name}: `);
      this.#expressions.format(out, this.#node(parameter.annotation), 'bracketed');
      if (!parameter.default) return;
      out.push(' = ');
      this.#expressions.format(out, this.#node(parameter.default), 'bracketed');
    });
    out.push(ifBroken, ',', end);
    if (parameters.length > 1) out.push(end);
  }
}
