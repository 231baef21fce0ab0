import {
  type Condition,
  type Document,
  type Element,
  type GroupId,
  type Mark,
  hardLine,
  indentStart,
} from './document.ts';
import { type Cursor, type Frame, below, fits, holds, indentWidth, rootFrame, skipContent } from './measure.ts';

/** A place in printed lines: the line from 0, the column from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Printed lines, each with its end. */
export interface Printed {
  readonly text: string;
  readonly lines: number;
  /** The columns that the last line takes. */
  readonly endColumn: number;
  /** Where each mark starts and ends. */
  readonly starts: readonly (Position | undefined)[];
  readonly ends: readonly (Position | undefined)[];
}

const parenthesesOpening: Document = ['(', indentStart, hardLine];
const parenthesesClosing: Document = [hardLine, ')'];

/**
 * Prints documents one after the other into one text, breaking groups that do not fit on a line of 120 columns.
 * Follows ruff's printer (crates/ruff_formatter/src/printer/mod.rs).
 */
export class LayoutPrinter {
  #text = '';
  #line = 0;
  /** Width of the current line so far. */
  #width = 0;
  #pendingIndent = 0;
  #lineStarted = false;
  /** Whether a group that holds the current content was measured to fit on this line. */
  #measuredFits = false;
  #brokenGroups: boolean[] = [];
  #cursor: Cursor | undefined;
  #frame: Frame = rootFrame(0);
  #pendingMarks: number[] = [];
  #starts: Position[] = [];
  #ends: Position[] = [];

  /** Ends the current line, and gives what was printed since this was last asked; undefined when there is nothing. */
  take(): Printed | undefined {
    const endColumn = this.#width;
    this.#newLine();
    if (this.#text === '') return undefined;
    const printed = { text: this.#text, lines: this.#line, endColumn, starts: this.#starts, ends: this.#ends };
    this.#text = '';
    this.#line = 0;
    this.#starts = [];
    this.#ends = [];
    return printed;
  }

  /** Ends the current line, if anything stands on it. */
  #newLine(): void {
    if (!this.#lineStarted) return;
    this.#text += '\n';
    this.#line += 1;
    this.#width = 0;
    this.#lineStarted = false;
    this.#measuredFits = false;
  }

  #startMark(mark: number): void {
    this.#pendingMarks.push(mark);
  }

  #endMark(mark: number): void {
    this.#ends[mark] = { line: this.#line, column: this.#width };
  }

  /** Prints what is known to fit on a line of its own. */
  printFlat(pieces: readonly (string | Mark)[], indent: number): void {
    this.#newLine();
    this.#pendingIndent = indent;
    for (const piece of pieces) {
      if (typeof piece === 'string') this.#print(piece);
      else if (piece.kind === 'mark') this.#startMark(piece.mark);
      else this.#endMark(piece.mark);
    }
  }

  /** Prints a statement, or the head of one, on a line of its own. */
  print(document: Document, indent: number): void {
    this.#newLine();
    this.#pendingIndent = indent;
    this.#measuredFits = false;
    this.#frame = rootFrame(indent);
    this.#cursor = { document, index: 0, below: undefined };
    for (let element = this.#next(); element !== undefined; element = this.#next()) this.#printElement(element);
  }

  #next(): Element | undefined {
    while (this.#cursor && this.#cursor.index >= this.#cursor.document.length) this.#cursor = this.#cursor.below;
    return this.#cursor?.document[this.#cursor.index++];
  }

  #queue(document: Document): void {
    this.#cursor = { document, index: 0, below: this.#cursor };
  }

  #push(broken: boolean, kind: Frame['kind'] = 'other', indent = this.#frame.indent): void {
    this.#frame = { kind, indent, broken, measure: this.#frame.measure, below: this.#frame };
  }

  #pop(): void {
    this.#frame = below(this.#frame);
  }

  #print(text: string): void {
    if (this.#pendingIndent > 0) {
      const width = this.#pendingIndent * indentWidth;
      this.#text += ' '.repeat(width);
      this.#width += width;
      this.#pendingIndent = 0;
    }
    if (this.#pendingMarks.length > 0) {
      for (const mark of this.#pendingMarks) this.#starts[mark] = { line: this.#line, column: this.#width };
      this.#pendingMarks = [];
    }
    this.#text += text;
    this.#width += text.length;
    this.#lineStarted = true;
  }

  #holds(condition: Condition): boolean {
    return holds(this.#brokenGroups, condition, this.#frame);
  }

  #printElement(element: Element): void {
    const frame = this.#frame;
    if (typeof element === 'string') {
      this.#print(element);
      return;
    }
    switch (element.kind) {
      case 'line':
        if (frame.broken || element.mode === 'hard') {
          this.#newLine();
          this.#pendingIndent = frame.indent;
        } else if (element.mode === 'space') this.#print(' ');
        return;
      case 'group': {
        const broken = element.expand === true || !this.#fitsFlat(element.id);
        if (element.id !== undefined) this.#brokenGroups[element.id] = broken;
        this.#push(broken);
        return;
      }
      case 'conditionalGroup':
        this.#push(this.#holds(element.condition) ? !this.#fitsFlat(undefined) : frame.broken);
        return;
      case 'conditional':
        if (this.#holds(element.condition)) this.#push(frame.broken);
        else if (this.#cursor) skipContent(this.#cursor);
        return;
      case 'indent':
        this.#push(frame.broken, 'indent', frame.indent + 1);
        return;
      case 'indentIfBroken':
        this.#push(frame.broken, 'other', frame.indent + (this.#brokenGroups[element.group] ? 1 : 0));
        return;
      case 'fitsExpanded':
        if (!element.condition || this.#holds(element.condition)) this.#measuredFits = false;
        this.#push(frame.broken);
        return;
      case 'parenthesizeIfFits':
        this.#startParentheses(element.id);
        return;
      case 'parenthesizeIfFitsEnd':
        if (frame.kind === 'indent') {
          this.#pop();
          this.#queue(parenthesesClosing);
        }
        this.#pop();
        return;
      case 'bestFitting':
        this.#printBestFitting(element.variants, element.allLines);
        return;
      case 'mark':
        this.#startMark(element.mark);
        return;
      case 'markEnd':
        this.#endMark(element.mark);
        return;
      case 'end':
        this.#pop();
    }
  }

  #fitsFlat(id: GroupId | undefined): boolean {
    if (!this.#frame.broken && this.#measuredFits) return true;
    this.#measuredFits = true;
    if (id !== undefined) this.#brokenGroups[id] = false;
    this.#push(false);
    const flatFits = this.#fits();
    this.#pop();
    return flatFits;
  }

  /** Parentheses and an indented line of its own, if that makes the content fit; otherwise neither. */
  #startParentheses(id: GroupId): void {
    let parenthesized = false;
    const outer = this.#frame;
    if (!this.#fitsFlat(id)) {
      this.#brokenGroups[id] = true;
      this.#frame = { ...outer, kind: 'parentheses', measure: 'allLines', below: outer };
      const rest = this.#cursor;
      this.#queue(parenthesesOpening);
      parenthesized = this.#fits();
      this.#cursor = rest;
      this.#frame = outer;
    }
    this.#brokenGroups[id] = parenthesized;
    if (parenthesized) this.#queue(parenthesesOpening);
    this.#push(parenthesized, 'parentheses');
  }

  #printBestFitting(variants: readonly Document[], allLines: boolean): void {
    const outer = this.#frame;
    const rest = this.#cursor;
    if (!outer.broken && this.#measuredFits) {
      this.#queue(variants[0] ?? []);
      this.#push(false);
      return;
    }
    this.#measuredFits = true;
    for (const variant of variants.slice(0, -1)) {
      this.#queue(variant);
      this.#frame = {
        ...outer,
        kind: 'other',
        broken: false,
        measure: allLines ? 'allLines' : 'firstLine',
        below: outer,
      };
      const variantFits = this.#fits();
      this.#frame = outer;
      this.#cursor = rest;
      if (variantFits) {
        this.#queue(variant);
        this.#push(false);
        return;
      }
    }
    this.#queue(variants.at(-1) ?? []);
    this.#push(true);
  }

  #fits(): boolean {
    return fits(this.#cursor, this.#frame, this.#brokenGroups, this.#width, this.#pendingIndent);
  }
}
