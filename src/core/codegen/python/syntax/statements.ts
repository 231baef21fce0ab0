import { ValueFormatter } from './assignments.ts';
import { optionalParentheses } from './brackets.ts';
import { canOmitParentheses, ownBrackets } from './chains.ts';
import type { ChunkList, ImportedName, PrintedBlock, PrintedStatement } from './chunks.ts';
import { type Element, documentOf, end, groupStart, ifBroken, lineOrSpace, softBlockIndent } from './document.ts';
import { docstringLines } from './docstrings.ts';
import { ExpressionFormatter } from './expressions.ts';
import { FlatLine } from './flat.ts';
import { LayoutPrinter } from './layout.ts';
import { Lowering, places } from './lower.ts';
import { indentWidth, lineWidth } from './measure.ts';
import type { Entry, Node } from './nodes.ts';
import type { Expr, Origin, Parameter, SourceRange, Stmt } from './tree.ts';

/** What a block belongs to, which decides the empty lines in it. */
type Block = 'module' | 'function' | 'class' | 'other';

/** An item of a list. */
interface Item {
  readonly item: Node;
}

/** A block as it was printed before, and the index of its first chunk there. */
interface BlockBefore {
  readonly start: number;
  readonly block: PrintedBlock;
}

const isDefinition = (statement: Stmt): boolean => statement.kind === 'function' || statement.kind === 'class';

/** Whether the last thing in a statement is a function or class, however deep: empty lines follow it. */
function endsInDefinition(statement: Stmt): boolean {
  if (isDefinition(statement)) return true;
  const block =
    statement.kind === 'if'
      ? (statement.otherwise ?? statement.arms.at(-1)?.body)
      : statement.kind === 'try'
        ? (statement.otherwise ?? statement.handler.body)
        : statement.kind === 'with' || statement.kind === 'for'
          ? statement.body
          : [];
  const last = block?.at(-1);
  return last !== undefined && endsInDefinition(last);
}

/** Empty lines follow ruff's statement/suite.rs. */
function emptyLinesBefore(statement: Stmt, previous: Stmt | undefined, block: Block): number {
  if (previous === undefined) return block === 'other' && isDefinition(statement) ? 1 : 0;
  if (!isDefinition(statement) && !endsInDefinition(previous)) return 0;
  return block === 'module' ? 2 : 1;
}

/** How many items at the end of two lists are the same. */
function sameAtEnd(one: readonly unknown[], other: readonly unknown[]): number {
  const most = Math.min(one.length, other.length);
  let same = 0;
  while (same < most && one[one.length - 1 - same] === other[other.length - 1 - same]) same += 1;
  return same;
}

/** How many items from a place of one list on are those of another from an index to an end, each behind the same one. */
function sameAt(
  one: readonly unknown[],
  place: number,
  other: readonly unknown[],
  index: number,
  until: number,
): number {
  let same = 0;
  while (
    index + same < until &&
    one[place + same] === other[index + same] &&
    one[place + same - 1] === other[index + same - 1]
  )
    same += 1;
  return same;
}

function nodeOf(statement: Stmt): string | undefined {
  return 'node' in statement ? statement.node : undefined;
}

/** What stood in the place of a statement before, if anything did, and the index of its first chunk. */
interface StatementBefore {
  readonly start: number;
  readonly statement: Stmt | undefined;
  readonly printed: PrintedStatement | undefined;
}

/** Statements inside that come from no node are counted to that of the outer one, so its blocks are only of use to the same node. */
function blocksBefore(statement: Stmt, { start, statement: old, printed }: StatementBefore): readonly BlockBefore[] {
  if (old === undefined || printed === undefined || nodeOf(old) !== nodeOf(statement)) return [];
  return printed.blocks.map((block) => ({ start: start + block.offset, block }));
}

/** Whether a function is printed as before down to its first statement. */
function hasSameHead(
  { decorators, isAsync, name, parameters, returns, docstring, body: [first] }: Stmt & { kind: 'function' },
  emptyLines: number,
  { statement: old, printed }: StatementBefore,
): boolean {
  if (old?.kind !== 'function' || printed?.emptyLines !== emptyLines) return false;
  const isAlike = old.isAsync === isAsync && old.name === name && old.docstring === docstring;
  const hasParts = old.decorators === decorators && old.parameters === parameters && old.returns === returns;
  const [oldFirst] = old.body;
  return (
    isAlike &&
    hasParts &&
    first !== undefined &&
    oldFirst !== undefined &&
    isDefinition(first) === isDefinition(oldFirst)
  );
}

const noBlock: BlockBefore = { start: 0, block: { statements: [], printed: [], counts: [], offset: 0 } };

/** Prints statements one below the other, as ruff formats them. */
export class StatementPrinter {
  readonly #chunks: ChunkList;
  readonly #printer = new LayoutPrinter();
  readonly #expressions = new ExpressionFormatter();
  readonly #values = new ValueFormatter(this.#expressions);
  readonly #lowering = new Lowering(
    ({ origin }) => this.#origins.push(origin) - 1,
    (name) => {
      if (name.module !== undefined && !this.#names.includes(name)) this.#names.push(name);
    },
  );
  /** Of what is printed and no chunk yet. */
  #origins: Origin[] = [];
  #names: ImportedName[] = [];
  #isNegated = false;
  /** The node that the current statement comes from, or the nearest around it. */
  #node: string | undefined;
  /** Those of the current statement so far, and those that it had before. */
  #blocks: PrintedBlock[] = [];
  #first = 0;
  #before: readonly BlockBefore[] = [];

  constructor(chunks: ChunkList) {
    this.#chunks = chunks;
  }

  /**
   * @param offset that of the block in its statement
   * @param before the block as it was: a statement that is still in its place keeps its chunks
   */
  body(
    statements: readonly Stmt[],
    indent: number,
    kind: Block,
    offset: number,
    { start: firstChunk, block: old }: BlockBefore = noBlock,
  ): PrintedBlock {
    const known = old.statements;
    const shift = known.length - statements.length;
    const sameFrom = statements.length - sameAtEnd(known, statements);
    const pairedUntil = Math.min(sameFrom, sameFrom + shift);
    const printed: PrintedStatement[] = [];
    const counts: number[] = [];
    let [passed, chunk] = [0, firstChunk];
    const pass = (until: number): void => {
      for (; passed < until; passed += 1) chunk += old.counts[passed] ?? 0;
    };
    const keep = (from: number, until: number): void => {
      pass(from);
      const start = chunk;
      pass(until);
      this.#chunks.keep(start, chunk - start);
      for (let place = from; place < until; place += 1) {
        printed.push(old.printed[place] as PrintedStatement);
        counts.push(old.counts[place] as number);
      }
    };
    for (let index = 0; index < statements.length;) {
      const place = index < pairedUntil ? index : index + shift;
      const until = index < pairedUntil ? pairedUntil : index < sameFrom ? index : statements.length;
      // All but a few statements stay where they were, behind those that they followed.
      const kept = sameAt(known, place, statements, index, until);
      if (kept > 0) keep(place, place + kept);
      else {
        const statement = statements[index] as Stmt;
        const emptyLines = emptyLinesBefore(statement, statements[index - 1], kind);
        const before = until > index ? old.printed[place] : undefined;
        if (before?.emptyLines === emptyLines && known[place] === statement) keep(place, place + 1);
        else {
          if (before !== undefined) pass(place);
          const fresh = this.#statementWith(statement, indent, emptyLines, {
            start: chunk,
            statement: known[place],
            printed: before,
          });
          printed.push(fresh);
          counts.push(fresh.count);
        }
      }
      index += Math.max(1, kept);
    }
    return { statements, printed, counts, offset };
  }

  /** @param old the statement that it comes in place of */
  #statementWith(statement: Stmt, indent: number, emptyLines: number, old: StatementBefore): PrintedStatement {
    const around = { node: this.#node, blocks: this.#blocks, first: this.#first, before: this.#before };
    const first = this.#chunks.length;
    this.#node = nodeOf(statement) ?? around.node;
    [this.#blocks, this.#first, this.#before] = [[], first, blocksBefore(statement, old)];
    const [body] = this.#before;
    if (statement.kind === 'function' && body !== undefined && hasSameHead(statement, emptyLines, old)) {
      const { offset } = body.block;
      this.#chunks.keep(old.start, offset);
      this.#blocks.push(this.body(statement.body, indent + 1, 'function', offset, body));
    } else {
      if (emptyLines > 0) this.#emptyLines(emptyLines, around.node);
      this.#statement(statement, indent);
      this.#finish();
    }
    const printed = { emptyLines, count: this.#chunks.length - first, blocks: this.#blocks };
    ({ node: this.#node, blocks: this.#blocks, first: this.#first, before: this.#before } = around);
    return printed;
  }

  /** Makes a chunk of what was printed. */
  #finish(): void {
    const printed = this.#printer.take();
    if (printed === undefined) return;
    const { text, lines, starts, ends } = printed;
    const node = this.#node;
    const expressions = this.#origins.map((origin, mark): SourceRange => {
      const [start, stop] = [starts[mark], ends[mark]];
      if (!start || !stop) throw new Error(`What comes from node ${origin.node} was not printed`);
      const { line: startLine, column: startColumn } = start;
      return { ...origin, startLine, startColumn, endLine: stop.line, endColumn: stop.column };
    });
    this.#chunks.add({
      text,
      lines,
      node,
      isNegated: this.#isNegated,
      expressions: expressions.filter((each) => each.node === node),
      names: this.#names,
    });
    this.#origins = [];
    this.#names = [];
    this.#isNegated = false;
  }

  #emptyLines(count: number, node = this.#node): void {
    this.#finish();
    const text = '\n'.repeat(count);
    this.#chunks.add({ text, lines: count, node, isNegated: false, expressions: [], names: [] });
  }

  #line(indent: number, build: (out: Element[]) => void): void {
    this.#printer.print(documentOf(build), indent);
  }

  #lowered(expr: Expr): Node {
    return this.#lowering.expression(expr, places.other);
  }

  #statement(statement: Stmt, indent: number): void {
    switch (statement.kind) {
      case 'assign': {
        const { target, annotation, value } = statement;
        // Left of an annotation, ruff would break a target that has brackets to make a joined text fit.
        const place = annotation && target.kind !== 'name' ? places.other : places.value;
        this.#assignment(
          indent,
          this.#lowered(target),
          annotation && this.#lowered(annotation),
          value && this.#lowering.expression(value, place),
        );
        return;
      }
      case 'expression': {
        const value = this.#lowered(statement.value);
        if (this.#isFlat(indent, (line) => line.expression(value))) return;
        this.#line(indent, (out) => this.#expressions.format(out, value, 'open'));
        return;
      }
      case 'return':
        this.#return(indent, statement.value && this.#lowering.expression(statement.value, places.value));
        return;
      case 'assert':
        this.#assertion(indent, this.#lowered(statement.test), statement.message && this.#lowered(statement.message));
        return;
      case 'pass':
      case 'break':
      case 'continue':
      case 'raise':
        this.#line(indent, (out) => out.push(statement.kind));
        return;
      case 'for':
        this.#test(indent, `for ${statement.targets.join(', ')} in `, this.#lowered(statement.iterable), 'statement');
        this.#block(statement.body, indent, 'other');
        return;
      case 'if':
        this.#isNegated = statement.isNegated ?? false;
        statement.arms.forEach((arm, index) => {
          this.#test(indent, index === 0 ? 'if ' : 'elif ', this.#lowering.expression(arm.test, places.test));
          this.#block(arm.body, indent, 'other');
        });
        if (statement.otherwise) {
          this.#line(indent, (out) => out.push('else:'));
          this.#block(statement.otherwise, indent, 'other');
        }
        return;
      case 'try': {
        const { body, handler, otherwise } = statement;
        this.#line(indent, (out) => out.push('try:'));
        this.#block(body, indent, 'other');
        this.#line(indent, (out) => {
          out.push('except ');
          this.#expressions.format(out, this.#lowered(handler.type), 'open');
          out.push(handler.as === undefined ? ':' : ` as ${handler.as}:`);
        });
        this.#block(handler.body, indent, 'other');
        if (otherwise) {
          this.#line(indent, (out) => out.push('else:'));
          this.#block(otherwise, indent, 'other');
        }
        return;
      }
      case 'with':
        this.#line(indent, (out) => this.#withHead(out, statement));
        this.#block(statement.body, indent, 'other');
        return;
      case 'function':
        for (const decorator of statement.decorators) {
          this.#line(indent, (out) => {
            out.push('@');
            this.#expressions.format(out, this.#lowered(decorator), 'open');
          });
        }
        this.#line(indent, (out) => this.#functionHead(out, statement));
        this.#block(statement.body, indent, 'function', statement.docstring);
        return;
      case 'class':
        this.#line(indent, (out) => {
          out.push(`class ${statement.name}`);
          const bases = statement.bases.map((base) => ({ value: this.#lowered(base) }));
          if (bases.length > 0) this.#expressions.arguments(out, bases, 'open');
          out.push(':');
        });
        this.#block(statement.body, indent, 'class', statement.docstring);
        return;
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

  /** A line with an expression before its colon. */
  #test(indent: number, keyword: string, test: Node, parent: 'test' | 'statement' = 'test'): void {
    const isFlat = this.#isFlat(indent, (line) => {
      line.text(keyword);
      line.within(test, parent);
      line.text(':');
    });
    if (isFlat) return;
    this.#line(indent, (out) => {
      out.push(keyword);
      this.#expressions.maybeParenthesized(out, test, 'open', parent);
      out.push(':');
    });
  }

  /** The lines below a head; `pass` where there would be none. */
  #block(statements: readonly Stmt[], indent: number, block: Block, docstring?: string): void {
    this.#finish();
    if (docstring !== undefined) {
      for (const line of docstringLines(docstring)) {
        if (line === '') this.#emptyLines(1);
        else this.#printer.print([line], indent + 1);
      }
      const [first] = statements;
      if (first && (block === 'class' || isDefinition(first))) this.#emptyLines(1);
    } else if (statements.length === 0) this.#line(indent + 1, (out) => out.push('pass'));
    this.#finish();
    const offset = this.#chunks.length - this.#first;
    const blocks = this.#blocks;
    blocks.push(this.body(statements, indent + 1, block, offset, this.#before[blocks.length]));
  }

  #withHead(out: Element[], statement: Stmt & { kind: 'with' }): void {
    out.push(statement.isAsync ? 'async with ' : 'with ');
    const context = this.#lowered(statement.context);
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
    const returns = this.#lowered(statement.returns);
    const parent = parameters.length === 0 ? 'return annotation without parameters' : 'return annotation';
    this.#expressions.maybeParenthesized(out, returns, 'open', parent, parameters.length === 0 ? 'always' : 'bestFit');
    out.push(end, ':');
  }

  #parameters(out: Element[], parameters: readonly Parameter[]): void {
    if (parameters.length > 1) out.push(groupStart);
    parameters.forEach((parameter, index) => {
      if (index > 0) out.push(',', lineOrSpace);
      out.push(parameter.name);
      if (parameter.annotation) {
        out.push(': ');
        this.#expressions.format(out, this.#lowered(parameter.annotation), 'bracketed');
      }
      if (!parameter.default) return;
      out.push(' = ');
      this.#expressions.format(out, this.#lowered(parameter.default), 'bracketed');
    });
    out.push(ifBroken, ',', end);
    if (parameters.length > 1) out.push(end);
  }
}
