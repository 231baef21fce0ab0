import { type Condition, type Document, type Element, nesting } from './document.ts';

export const lineWidth = 120;
export const indentWidth = 4;

type Measure = 'firstLine' | 'allLines' | 'allLinesMayOverflow';

/** How the content at hand is printed; a linked stack, so that measuring can go on from where printing stands. */
export interface Frame {
  readonly kind: 'root' | 'indent' | 'parentheses' | 'other';
  readonly indent: number;
  readonly broken: boolean;
  readonly measure: Measure;
  readonly below: Frame | undefined;
}

/** What is still to be printed: the rest of a document, then what lies below. */
export interface Cursor {
  readonly document: Document;
  index: number;
  readonly below: Cursor | undefined;
}

export const rootFrame = (indent: number): Frame => ({
  kind: 'root',
  indent,
  broken: true,
  measure: 'firstLine',
  below: undefined,
});

export function below(frame: Frame): Frame {
  if (!frame.below) throw new Error('The layout document closes more than it opens');
  return frame.below;
}

export function holds(brokenGroups: readonly boolean[], condition: Condition, frame: Frame): boolean {
  const broken = condition.group === undefined ? frame.broken : brokenGroups[condition.group] === true;
  return broken === condition.broken;
}

export function skipContent(cursor: Cursor): void {
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
export function fits(
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
