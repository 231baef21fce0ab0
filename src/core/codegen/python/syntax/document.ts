/**
 * The layout document of a statement, and what it is built of. Names and meanings are those of ruff's formatter
 * (crates/ruff_formatter), so that its rules can be followed one to one.
 */

/** Identifies a group whose layout decides that of content elsewhere. */
export type GroupId = number;

/** Holds when the group (without an id: the enclosing one) is broken over lines (`broken`) or not. */
export interface Condition {
  readonly group?: GroupId;
  readonly broken: boolean;
}

export type Element =
  /** ASCII text without a line break. */
  | string
  | { readonly kind: 'line'; readonly mode: 'soft' | 'space' | 'hard' }
  | { readonly kind: 'group'; readonly id?: GroupId; readonly expand?: true }
  | { readonly kind: 'conditionalGroup'; readonly condition: Condition }
  | { readonly kind: 'conditional'; readonly condition: Condition }
  | { readonly kind: 'indent' }
  | { readonly kind: 'indentIfBroken'; readonly group: GroupId }
  | { readonly kind: 'fitsExpanded'; readonly condition?: Condition }
  | { readonly kind: 'parenthesizeIfFits'; readonly id: GroupId }
  | { readonly kind: 'parenthesizeIfFitsEnd' }
  | { readonly kind: 'end' }
  | { readonly kind: 'bestFitting'; readonly variants: readonly Document[]; readonly allLines: boolean }
  | Mark;

/** The content up to the matching `markEnd` is the place that `mark` stands for. */
export interface Mark {
  readonly kind: 'mark' | 'markEnd';
  readonly mark: number;
}

export type Document = readonly Element[];
export type Builder = (out: Element[]) => void;

export const softLine: Element = { kind: 'line', mode: 'soft' };
/** A line break when the enclosing group is broken, else a space. */
export const lineOrSpace: Element = { kind: 'line', mode: 'space' };
export const hardLine: Element = { kind: 'line', mode: 'hard' };
export const indentStart: Element = { kind: 'indent' };
export const end: Element = { kind: 'end' };
export const groupStart: Element = { kind: 'group' };
export const expandedGroupStart: Element = { kind: 'group', expand: true };

export const ifBroken: Element = { kind: 'conditional', condition: { broken: true } };
export const ifFlat: Element = { kind: 'conditional', condition: { broken: false } };

/** Adds elements one by one: as arguments of one call, those of a very long text would not fit on the stack. */
export function appendAll(out: Element[], elements: Document): void {
  for (const element of elements) out.push(element);
}

/** Collects what `build` writes into a document of its own. */
export function documentOf(build: Builder): Element[] {
  const out: Element[] = [];
  build(out);
  return out;
}

/** Content on lines of its own, one level deeper, when the enclosing group is broken. */
export function softBlockIndent(out: Element[], content: Builder): void {
  out.push(indentStart, softLine);
  content(out);
  out.push(end, softLine);
}

/** 1 for an element that opens content, -1 for one that closes it. */
export function nesting(element: Element): -1 | 0 | 1 {
  if (typeof element === 'string') return 0;
  switch (element.kind) {
    case 'end':
    case 'parenthesizeIfFitsEnd':
      return -1;
    case 'line':
    case 'bestFitting':
    case 'mark':
    case 'markEnd':
      return 0;
    default:
      return 1;
  }
}

/** The first of the variants that fits; `allLines`: not on its first line only. Every variant ends its own frame. */
export const bestFitting = (variants: readonly Document[], allLines: boolean): Element => ({
  kind: 'bestFitting',
  variants: variants.map((variant) => [...variant, end]),
  allLines,
});
