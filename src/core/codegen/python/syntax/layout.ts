import { type Condition, type Document, type Element, type GroupId, type Mark, flatWidth, hardLine, indentStart, nesting, visitFlat } from './document.ts';

const lineWidth = 120;
const indentWidth = 4;

type Measure = 'firstLine' | 'allLines' | 'allLinesMayOverflow';

/** How the content at hand is printed; a linked stack, so that measuring can go on from where printing stands. */
interface Frame {
  readonly kind: 'root' | 'indent' | 'parentheses' | 'other';
  readonly indent: number;
  readonly broken: boolean;
  readonly measure: Measure;
  readonly below: Frame | undefined;
}

/** What is still to be printed: the rest of a document, then what lies below. */
interface Cursor {
  readonly document: Document;
  index: number;
  readonly below: Cursor | undefined;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

const parenthesesOpening: Document = ['(', indentStart, hardLine];
const parenthesesClosing: Document = [hardLine, ')'];

/**
 * Prints documents one after the other into one text, breaking groups that do not fit on a line of 120 columns.
 * Follows ruff's printer (crates/ruff_formatter/src/printer/mod.rs).
 */
export class LayoutPrinter {
  #text = '';
  #line = 1;
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
  readonly #starts: Position[] = [];
  readonly #ends: Position[] = [];

  get text(): string {
    return this.#text;
  }

  startOf(mark: number): Position | undefined {
    return this.#starts[mark];
  }

  endOf(mark: number): Position | undefined {
    return this.#ends[mark];
  }

  /** Ends the current line, if anything stands on it. */
  newLine(): void {
    if (!this.#lineStarted) return;
    this.#text += '\n';
    this.#line += 1;
    this.#width = 0;
    this.#lineStarted = false;
    this.#measuredFits = false;
  }

  emptyLines(count: number): void {
    this.newLine();
    this.#text += '\n'.repeat(count);
    this.#line += count;
  }

  startMark(mark: number): void {
    this.#pendingMarks.push(mark);
  }

  endMark(mark: number): void {
    this.#ends[mark] = { line: this.#line, column: this.#width };
  }

  /** Prints a statement, or the head of one, on a line of its own. */
  print(document: Document, indent: number): void {
    this.newLine();
    this.#pendingIndent = indent;
    this.#measuredFits = false;
    if (indent * indentWidth + flatWidth(document) <= lineWidth) {
      visitFlat(document, this.#printFlat);
      return;
    }
    this.#frame = rootFrame(indent);
    this.#cursor = { document, index: 0, below: undefined };
    for (let element = this.#next(); element !== undefined; element = this.#next()) this.#printElement(element);
  }

  readonly #printFlat = (element: string | Mark): void => {
    if (typeof element === 'string') this.#print(element);
    else if (element.kind === 'mark') this.startMark(element.mark);
    else this.endMark(element.mark);
  };

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
          this.newLine();
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
        this.startMark(element.mark);
        return;
      case 'markEnd':
        this.endMark(element.mark);
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
    const fits = this.#fits();
    this.#pop();
    return fits;
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
      const fits = this.#fits();
      this.#frame = outer;
      this.#cursor = rest;
      if (fits) {
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

const rootFrame = (indent: number): Frame => ({ kind: 'root', indent, broken: true, measure: 'firstLine', below: undefined });

function below(frame: Frame): Frame {
  if (!frame.below) throw new Error('The layout document closes more than it opens');
  return frame.below;
}

function holds(brokenGroups: readonly boolean[], condition: Condition, frame: Frame): boolean {
  const broken = condition.group === undefined ? frame.broken : brokenGroups[condition.group] === true;
  return broken === condition.broken;
}

function skipContent(cursor: Cursor): void {
  let depth = 1;
  while (depth > 0) {
    const element = cursor.document[cursor.index++];
    if (element === undefined) throw new Error('The layout document opens more than it closes');
    depth += nesting(element);
  }
}

const copied = (cursor: Cursor | undefined): Cursor | undefined =>
  cursor && { document: cursor.document, index: cursor.index, below: cursor.below };

/** Whether what comes next fits, from the current column to the first line break (or to the end, by the frame's measure). */
function fits(
  from: Cursor | undefined,
  fromFrame: Frame,
  brokenGroups: boolean[],
  fromWidth: number,
  fromIndent: number,
): boolean {
  let cursor = copied(from);
  let frame = fromFrame;
  let width = fromWidth;
  let pendingIndent = fromIndent;
  const push = (broken: boolean, changes?: { kind?: Frame['kind']; indent?: number; measure?: Measure }): void => {
    frame = {
      kind: changes?.kind ?? 'other',
      indent: changes?.indent ?? frame.indent,
      broken,
      measure: changes?.measure ?? frame.measure,
      below: frame,
    };
  };
  const exceeds = (text: string): boolean => {
    width += pendingIndent * indentWidth + text.length;
    pendingIndent = 0;
    return width > lineWidth && frame.measure !== 'allLinesMayOverflow';
  };

  while (cursor) {
    const element: Element | undefined = cursor.document[cursor.index++];
    if (element === undefined) {
      cursor = copied(cursor.below);
      continue;
    }
    if (typeof element === 'string') {
      if (exceeds(element)) return false;
      continue;
    }
    switch (element.kind) {
      case 'line':
        if (frame.broken) {
          if (frame.measure === 'firstLine') return true;
          width = 0;
          pendingIndent = frame.indent;
        } else if (element.mode === 'hard') return true;
        else if (element.mode === 'space' && exceeds(' ')) return false;
        break;
      case 'group': {
        const broken: boolean = element.expand === true || frame.broken;
        push(broken);
        if (element.id !== undefined) brokenGroups[element.id] = broken;
        break;
      }
      case 'conditionalGroup':
        push(frame.broken);
        break;
      case 'conditional':
        if (holds(brokenGroups, element.condition, frame)) push(frame.broken);
        else skipContent(cursor);
        break;
      case 'indent':
        push(frame.broken, { kind: 'indent', indent: frame.indent + 1 });
        break;
      case 'indentIfBroken':
        push(frame.broken, { indent: frame.indent + (brokenGroups[element.group] ? 1 : 0) });
        break;
      case 'fitsExpanded':
        if (!frame.broken && (!element.condition || holds(brokenGroups, element.condition, frame)))
          push(true, { measure: 'allLinesMayOverflow' });
        else push(frame.broken);
        break;
      case 'parenthesizeIfFits':
        brokenGroups[element.id] = frame.broken;
        push(frame.broken, { kind: 'parentheses' });
        break;
      case 'parenthesizeIfFitsEnd':
        if (frame.broken && frame.kind === 'indent') {
          frame = below(below(frame));
          width = 0;
          pendingIndent = frame.indent;
          if (exceeds(')')) return false;
        } else frame = below(frame);
        break;
      case 'bestFitting': {
        const [flat] = element.variants;
        const variant = frame.broken ? element.variants.at(-1) : flat;
        push(frame.broken, frame.broken ? {} : { measure: element.allLines ? 'allLines' : 'firstLine' });
        cursor = { document: variant ?? [], index: 0, below: cursor };
        break;
      }
      case 'end':
        frame = below(frame);
        break;
      case 'mark':
      case 'markEnd':
        break;
    }
  }
  return true;
}
