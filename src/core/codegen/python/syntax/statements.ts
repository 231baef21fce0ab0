import { ValueFormatter } from './assignments.ts';
import { optionalParentheses } from './brackets.ts';
import { canOmitParentheses, ownBrackets } from './chains.ts';
import type { Chunk, Part, PlacedOrigin, PrintedStatement } from './chunks.ts';
import { type Element, documentOf, end, groupStart, ifBroken, lineOrSpace, softBlockIndent } from './document.ts';
import { docstringLines } from './docstrings.ts';
import { ExpressionFormatter } from './expressions.ts';
import { FlatLine } from './flat.ts';
import { LayoutPrinter } from './layout.ts';
import { Lowering, places } from './lower.ts';
import { indentWidth, lineWidth } from './measure.ts';
import type { Entry, Node } from './nodes.ts';
import type { Expr, Origin, Parameter, Stmt } from './tree.ts';

/** What a block belongs to, which decides the empty lines in it. */
type Block = 'module' | 'function' | 'class' | 'other';

/** An item of a list. */
interface Item {
  readonly item: Node;
}

const emptyLine: Chunk = { kind: 'chunk', text: '\n', lines: 1, endColumn: 0, origins: [], names: [] };

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
  readonly parts: Part[] = [];
  readonly #printer = new LayoutPrinter();
  readonly #expressions = new ExpressionFormatter();
  readonly #values = new ValueFormatter(this.#expressions);
  readonly #lowering = new Lowering(
    ({ origin }) => this.#origins.push(origin) - 1,
    (name) => {
      if (name.module !== undefined && !this.#names.includes(name)) this.#names.push(name);
    },
  );
  /** Of what is printed and not yet part of `parts`. */
  #origins: Origin[] = [];
  #names: (Expr & { kind: 'name' })[] = [];

  /** @param before what was printed there before: a statement that is still in its place keeps its parts */
  body(
    statements: readonly Stmt[],
    indent: number,
    block: Block,
    before: readonly PrintedStatement[] = [],
  ): readonly PrintedStatement[] {
    return statements.map((statement, index) => {
      const previous = statements[index - 1];
      if (previous === undefined) {
        if (block === 'other' && isDefinition(statement)) this.#emptyLines(1);
      } else if (isDefinition(statement) || endsInDefinition(previous)) this.#emptyLines(block === 'module' ? 2 : 1);
      const known = before[index];
      if (known?.statement === statement) {
        for (const part of known.parts) this.parts.push(part);
        return known;
      }
      const first = this.parts.length;
      const body = this.#marked(statement, indent, known?.body);
      return { statement, parts: this.parts.slice(first), body };
    });
  }

  #marked(
    statement: Stmt,
    indent: number,
    before: readonly PrintedStatement[] | undefined,
  ): readonly PrintedStatement[] {
    const node = 'node' in statement ? statement.node : undefined;
    const isSimple = !('body' in statement || 'arms' in statement);
    const column = indent * indentWidth;
    if (isSimple || node === undefined) {
      const body = this.#statement(statement, indent, before);
      this.#finish(node === undefined ? undefined : { node, column });
      return body;
    }
    this.parts.push({ kind: 'open', node, column });
    const body = this.#statement(statement, indent, before);
    this.#finish(undefined);
    this.parts.push({ kind: 'close' });
    return body;
  }

  /** Makes a chunk of what was printed. */
  #finish(statement: Chunk['statement']): void {
    const printed = this.#printer.take();
    if (printed === undefined) return;
    const { text, lines, endColumn, starts, ends } = printed;
    const origins = this.#origins.map((origin, mark): PlacedOrigin => {
      const [start, stop] = [starts[mark], ends[mark]];
      if (!start || !stop) throw new Error(`What comes from node ${origin.node} was not printed`);
      const { line: startLine, column: startColumn } = start;
      return { ...origin, startLine, startColumn, endLine: stop.line, endColumn: stop.column };
    });
    const names = this.#names;
    this.parts.push({ kind: 'chunk', text, lines, endColumn, ...(statement && { statement }), origins, names });
    this.#origins = [];
    this.#names = [];
  }

  #emptyLines(count: number): void {
    this.#finish(undefined);
    this.parts.push({ ...emptyLine, text: '\n'.repeat(count), lines: count });
  }

  #line(indent: number, build: (out: Element[]) => void): void {
    this.#printer.print(documentOf(build), indent);
  }

  #node(expr: Expr): Node {
    return this.#lowering.expression(expr, places.other);
  }

  /** @returns the statements of a function's body */
  #statement(
    statement: Stmt,
    indent: number,
    before: readonly PrintedStatement[] | undefined,
  ): readonly PrintedStatement[] {
    switch (statement.kind) {
      case 'assign': {
        const { target, annotation, value } = statement;
        // Left of an annotation, ruff would break a target that has brackets to make a joined text fit.
        const place = annotation && target.kind !== 'name' ? places.other : places.value;
        this.#assignment(
          indent,
          this.#node(target),
          annotation && this.#node(annotation),
          value && this.#lowering.expression(value, place),
        );
        return [];
      }
      case 'expression': {
        const value = this.#node(statement.value);
        if (this.#isFlat(indent, (line) => line.expression(value))) return [];
        this.#line(indent, (out) => this.#expressions.format(out, value, 'open'));
        return [];
      }
      case 'return':
        this.#return(indent, statement.value && this.#lowering.expression(statement.value, places.value));
        return [];
      case 'assert':
        this.#assertion(indent, this.#node(statement.test), statement.message && this.#node(statement.message));
        return [];
      case 'pass':
        this.#line(indent, (out) => out.push('pass'));
        return [];
      case 'if':
        statement.arms.forEach((arm, index) => {
          this.#test(indent, index === 0 ? 'if ' : 'elif ', this.#lowering.expression(arm.test, places.test));
          this.#block(arm.body, indent, 'other');
        });
        if (statement.otherwise) {
          this.#line(indent, (out) => out.push('else:'));
          this.#block(statement.otherwise, indent, 'other');
        }
        return [];
      case 'with':
        this.#line(indent, (out) => this.#withHead(out, statement));
        this.#block(statement.body, indent, 'other');
        return [];
      case 'function':
        for (const decorator of statement.decorators) {
          this.#line(indent, (out) => {
            out.push('@');
            this.#expressions.format(out, this.#node(decorator), 'open');
          });
        }
        this.#line(indent, (out) => this.#functionHead(out, statement));
        return this.#block(statement.body, indent, 'function', statement.docstring, before);
      case 'class':
        this.#line(indent, (out) => {
          out.push(`class ${statement.name}`);
          const bases = statement.bases.map((base) => ({ value: this.#node(base) }));
          if (bases.length > 0) this.#expressions.arguments(out, bases, 'open');
          out.push(':');
        });
        this.#block(statement.body, indent, 'class', statement.docstring);
        return [];
    }
  }

  /** Prints a line if it needs no line breaks. */
  #isFlat(indent: number, write: (line: FlatLine) => void): boolean {
    const line = new FlatLine(lineWidth - indent * indentWidth);
    write(line);
    if (line.fits) this.#printer.printFlat(line.pieces, indent);
    return line.fits;
  }

  #assignment(indent: number, target: Node, annotation: Node | undefined, value: Node | undefined): void {
    const head = (line: FlatLine): void => {
      line.expression(target);
      if (annotation) {
        line.text(': ');
        line.expression(annotation);
      }
      if (value) line.text(' = ');
    };
    const isFlat = this.#isFlat(indent, (line) => {
      head(line);
      if (value) line.within(value, 'statement');
    });
    if (isFlat || (value && target.kind === 'name' && this.#isExpanded(indent, head, value, ''))) return;
    this.#line(indent, (out) => this.#values.assignment(out, target, annotation, value));
  }

  /** Prints a list or dict with its items below each other, if what stands before it fits on its first line. */
  #isExpanded(indent: number, head: (line: FlatLine) => void, value: Node, after: string): boolean {
    if (ownBrackets(value) !== 'filled' || (value.kind !== 'list' && value.kind !== 'dict')) return false;
    const [left, right] = value.kind === 'list' ? '[]' : '{}';
    const isOpened = this.#isFlat(indent, (line) => {
      head(line);
      line.startMarks(value);
      line.text(left ?? '');
    });
    if (!isOpened) return false;
    const entries = value.kind === 'list' ? value.items.map((item): Item => ({ item })) : value.entries;
    const comma = entries.length > 1 ? ',' : '';
    for (const entry of entries) this.#item(indent + 1, entry, comma);
    const last = new FlatLine(Infinity);
    last.text(right ?? '');
    last.endMarks(value);
    last.text(after);
    this.#printer.printFlat(last.pieces, indent);
    return true;
  }

  #item(indent: number, entry: Item | Entry, comma: string): void {
    const value = 'item' in entry ? entry.item : entry.value;
    const key = 'item' in entry ? undefined : entry.key;
    const head = (line: FlatLine): void => {
      if ('item' in entry) return;
      if (key) line.expression(key);
      line.text(key ? ': ' : '**');
    };
    const isFlat = this.#isFlat(indent, (line) => {
      head(line);
      line.expression(value);
      line.text(comma);
    });
    if (isFlat || (!value.parenthesized && this.#isExpanded(indent, head, value, comma))) return;
    this.#line(indent, (out) => {
      if ('item' in entry) this.#expressions.format(out, value, 'bracketed');
      else this.#expressions.entry(out, entry);
      out.push(comma);
    });
  }

  #return(indent: number, value: Node | undefined): void {
    const isFlat = this.#isFlat(indent, (line) => {
      line.text('return');
      if (!value) return;
      line.text(' ');
      line.within(value, 'statement');
    });
    if (isFlat || !value) return;
    this.#line(indent, (out) => {
      out.push('return ');
      this.#values.value(out, value);
    });
  }

  #assertion(indent: number, test: Node, message: Node | undefined): void {
    const isFlat = this.#isFlat(indent, (line) => {
      line.text('assert ');
      line.within(test, 'statement');
      if (!message) return;
      line.text(', ');
      line.within(message, 'statement');
    });
    if (isFlat) return;
    this.#line(indent, (out) => {
      out.push('assert ');
      this.#expressions.maybeParenthesized(out, test, 'open', 'statement');
      if (!message) return;
      out.push(', ');
      this.#expressions.maybeParenthesized(out, message, 'open', 'statement', 'always');
    });
  }

  #test(indent: number, keyword: string, test: Node): void {
    const isFlat = this.#isFlat(indent, (line) => {
      line.text(keyword);
      line.within(test, 'test');
      line.text(':');
    });
    if (isFlat) return;
    this.#line(indent, (out) => {
      out.push(keyword);
      this.#expressions.maybeParenthesized(out, test, 'open', 'test');
      out.push(':');
    });
  }

  /** The lines below a head; `pass` where there would be none. */
  #block(
    statements: readonly Stmt[],
    indent: number,
    block: Block,
    docstring?: string,
    before?: readonly PrintedStatement[],
  ): readonly PrintedStatement[] {
    this.#finish(undefined);
    if (docstring !== undefined) {
      for (const line of docstringLines(docstring)) {
        if (line === '') this.#emptyLines(1);
        else this.#printer.print([line], indent + 1);
      }
      const [first] = statements;
      if (first && (block === 'class' || isDefinition(first))) this.#emptyLines(1);
    } else if (statements.length === 0) this.#line(indent + 1, (out) => out.push('pass'));
    this.#finish(undefined);
    return this.body(statements, indent + 1, block, before);
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
