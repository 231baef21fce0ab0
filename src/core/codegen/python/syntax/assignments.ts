import {
  type Document,
  type Element,
  appendAll,
  bestFitting,
  documentOf,
  end,
  expandedGroupStart,
  hardLine,
  indentStart,
  softBlockIndent,
} from './document.ts';
import {
  canOmitParentheses,
  hasBrackets,
  isChainLink,
  isSplitString,
  isSplittable,
  needsParentheses,
  ownBrackets,
} from './chains.ts';
import type { ExpressionFormatter } from './expressions.ts';
import { optionalParentheses } from './brackets.ts';
import type { Node } from './nodes.ts';
import { expandedString, joinedString } from './strings.ts';

/** Lays out what stands at the end of a statement, after ruff's statement/stmt_assign.rs. */
export class ValueFormatter {
  readonly #expressions: ExpressionFormatter;

  constructor(expressions: ExpressionFormatter) {
    this.#expressions = expressions;
  }

  assignment(out: Element[], target: Node, annotation: Node | undefined, value: Node | undefined): void {
    if (annotation) this.#annotated(out, target, annotation, value);
    else if (!value) throw new Error('An assignment needs an annotation or a value');
    else if (target.kind === 'tuple' || ownBrackets(target) !== 'none') this.#rightToLeft(out, target, value);
    else {
      this.#expressions.format(out, target, 'open');
      out.push(' = ');
      this.value(out, value);
    }
  }

  #annotated(out: Element[], target: Node, annotation: Node, value: Node | undefined): void {
    this.#expressions.format(out, target, 'open');
    out.push(': ');
    if (!value) this.value(out, annotation);
    else if (isSplittable(annotation)) this.#rightToLeft(out, annotation, value);
    else {
      this.#expressions.unparenthesized(out, annotation, 'open');
      out.push(' = ');
      this.value(out, value);
    }
  }

  /** A value after `=` or `return`: the line is broken in the value, or around it if that makes it fit. */
  value(out: Element[], value: Node): void {
    const group = this.#expressions.newGroup();
    if (isSplitString(value)) {
      const { joined, joinedInParentheses, expanded } = this.#splitString(value, group);
      const expandedInParentheses = [
        { kind: 'group', id: group, expand: true } as const,
        '(',
        indentStart,
        hardLine,
        ...expanded,
        end,
        hardLine,
        ')',
        end,
      ];
      const grouped = [{ kind: 'group', id: group, expand: true } as const, '(', ...joinedInParentheses, ')', end];
      out.push(bestFitting([joined, grouped, expandedInParentheses], true));
    } else if (isInlined(value)) {
      out.push({ kind: 'parenthesizeIfFits', id: group });
      this.#expressions.unparenthesized(out, value, 'open');
      out.push({ kind: 'parenthesizeIfFitsEnd' });
    } else this.#maybeParenthesized(out, value);
  }

  #maybeParenthesized(out: Element[], value: Node): void {
    if (value.kind === 'lambda' && !value.parenthesized) this.#expressions.assignedLambda(out, value);
    else this.#expressions.maybeParenthesized(out, value, 'open', 'statement');
  }

  #splitString(value: Node & { kind: 'string' }, group: number) {
    const marked = (document: Document): Document => [
      ...value.marks.map((mark) => ({ kind: 'mark', mark }) as const),
      ...document,
      ...value.marks.toReversed().map((mark) => ({ kind: 'markEnd', mark }) as const),
    ];
    const joined = marked(joinedString(value));
    return {
      joined,
      joinedInParentheses: documentOf((out) => softBlockIndent(out, (inner) => appendAll(inner, joined))),
      expanded: marked(expandedString(value, group)),
    };
  }

  /** A value after a target or an annotation that can itself be broken: the value is broken first. */
  #rightToLeft(out: Element[], before: Node, value: Node): void {
    if (
      !isInlined(value) &&
      !isSplitString(value) &&
      !(isChainLink(value) && needsParentheses(value, 'statement') === 'bestFit')
    ) {
      this.#before(out, before);
      out.push(' = ');
      this.#maybeParenthesized(out, value);
      return;
    }
    const target = documentOf((inner) => this.#before(inner, before));
    const splitTarget: Document = [expandedGroupStart, ...target, end];
    const split = isSplitString(value);
    const group = this.#expressions.newGroup();
    const strings = split ? this.#splitString(value, group) : undefined;
    const flat = strings?.joined ?? documentOf((inner) => this.#expressions.unparenthesized(inner, value, 'open'));
    const inParentheses: Document = [
      '(',
      expandedGroupStart,
      ...documentOf((inner) => softBlockIndent(inner, (content) => appendAll(content, flat))),
      end,
      ')',
    ];
    if (strings) {
      const onLines: Document = [
        '(',
        { kind: 'group', id: group, expand: true },
        ...documentOf((inner) => softBlockIndent(inner, (content) => appendAll(content, strings.expanded))),
        end,
        ')',
      ];
      const variants = [target, splitTarget].flatMap((left) =>
        [flat, inParentheses, onLines].map((right) => [...left, ' = ', ...right]),
      );
      out.push(bestFitting(variants, true));
    } else if (isChainLink(value)) {
      const variants: Document[] = [
        [...target, ' = ', ...flat],
        [...target, ' = ', expandedGroupStart, ...flat, end],
        [...target, ' = ', ...inParentheses],
        [...splitTarget, ' = ', ...flat],
      ];
      out.push(bestFitting(variants, false));
    } else {
      const variants: Document[] = [
        [...target, ' = ', ...flat],
        [...target, ' = ', ...inParentheses],
        [...splitTarget, ' = ', ...flat],
      ];
      out.push(bestFitting(variants, false));
    }
  }

  /** A target or annotation left of `=`. */
  #before(out: Element[], node: Node): void {
    const ownsBrackets = node.kind === 'tuple' || ownBrackets(node) !== 'none';
    if (ownsBrackets || isOfBracketed(node)) this.#expressions.unparenthesized(out, node, 'open');
    else if (canOmitParentheses(node)) {
      const group = this.#expressions.newGroup();
      optionalParentheses(out, group, (inner) => this.#expressions.unparenthesized(inner, node, group));
    } else this.#expressions.parenthesizedIfBroken(out, node);
  }
}

/** A value that cannot be broken: a name, a number, a string on one line. */
const isInlined = (value: Node): boolean =>
  value.kind === 'name' ||
  value.kind === 'number' ||
  value.kind === 'constant' ||
  (value.kind === 'string' && value.parts.length === 1);

function isOfBracketed(node: Node): boolean {
  return node.kind === 'attribute' && (hasBrackets(node.object) || isOfBracketed(node.object) || isOfCall(node.object));
}

const isOfCall = (node: Node): boolean => node.kind === 'subscript' || (node.kind === 'call' && node.args.length > 0);
