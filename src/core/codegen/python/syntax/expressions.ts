import {
  type Builder,
  type Element,
  type GroupId,
  bestFitting,
  documentOf,
  end,
  expandedGroupStart,
  groupStart,
  hardLine,
  indentStart,
  lineOrSpace,
} from './document.ts';
import {
  type Level,
  bracketed,
  bracketedGroup,
  bracketedLineOrSpace,
  commaSeparated,
  optionalParentheses,
} from './brackets.ts';
import {
  type ChainLink,
  type Parent,
  canOmitParentheses,
  isChainLink,
  isFluent,
  isSplitString,
  needsParentheses,
  ownBrackets,
} from './chains.ts';
import type { Entry, Node } from './nodes.ts';
import { OperationFormatter } from './operations.ts';
import { formatString } from './strings.ts';

/**
 * Lays expressions out. Each method follows the rule of the same name in ruff's
 * crates/ruff_python_formatter/src/expression.
 */
export class ExpressionFormatter {
  readonly #operations = new OperationFormatter((out, node, level) => this.format(out, node, level));
  #groups = 0;

  newGroup(): GroupId {
    this.#groups += 1;
    return this.#groups;
  }

  /** The expression with the parentheses that it must have. */
  format(out: Element[], node: Node, level: Level): void {
    if (node.parenthesized) bracketed(out, level, '(', (inner) => this.unparenthesized(inner, node, 'bracketed'), ')');
    else this.unparenthesized(out, node, level);
  }

  /** The expression without parentheses of its own, between its marks. */
  unparenthesized(out: Element[], node: Node, level: Level, inFluentChain?: boolean): void {
    if (node.kind === 'string' && node.wrapped && isSplitString(node)) {
      const content: Builder = (inner) => markedBy(inner, node, () => formatString(inner, node, 'bracketed'));
      optionalParentheses(out, this.newGroup(), content);
      return;
    }
    markedBy(out, node, () => {
      if (isChainLink(node)) this.#chain(out, node, level, inFluentChain);
      else this.#simple(out, node, level);
    });
  }

  /** The expression, in parentheses when that is how it is broken over lines. */
  maybeParenthesized(
    out: Element[],
    node: Node,
    level: Level,
    parent: Parent,
    ifBreaks: 'bestFit' | 'always' = 'bestFit',
  ): void {
    const needed = needsParentheses(node, parent);
    if (needed === 'always') {
      bracketed(out, level, '(', (inner) => this.unparenthesized(inner, node, 'bracketed'), ')');
    } else if (level !== 'open' || needed === 'never') {
      this.unparenthesized(out, node, level);
    } else if (needed === 'multiline' || ifBreaks === 'always') {
      if (!canOmitParentheses(node)) this.parenthesizedIfBroken(out, node);
      else {
        const group = this.newGroup();
        optionalParentheses(out, group, (inner) => this.unparenthesized(inner, node, group));
      }
    } else {
      const id = this.newGroup();
      out.push({ kind: 'parenthesizeIfFits', id });
      this.unparenthesized(out, node, id);
      out.push({ kind: 'parenthesizeIfFitsEnd' });
    }
  }

  parenthesizedIfBroken(out: Element[], node: Node): void {
    optionalParentheses(out, this.newGroup(), (inner) => this.unparenthesized(inner, node, 'bracketed'));
  }

  #simple(out: Element[], node: Exclude<Node, ChainLink>, level: Level): void {
    switch (node.kind) {
      case 'name':
      case 'number':
      case 'constant':
        out.push(node.text);
        return;
      case 'string':
        formatString(out, node, level);
        return;
      case 'list':
        this.#items(out, level, '[', node.items, ']');
        return;
      case 'tuple':
        this.#tuple(out, node, level);
        return;
      case 'dict':
        if (node.entries.length === 0) out.push('{}');
        else {
          const content: Builder = (inner) => commaSeparated(inner, node.entries, (entry) => this.entry(inner, entry));
          bracketed(out, level, '{', content, '}');
        }
        return;
      case 'operation':
        this.#operations.format(out, node, level);
        return;
      case 'unary':
        out.push(node.operator);
        this.format(out, node.operand, level);
        return;
      case 'conditional':
        bracketedGroup(out, level, (inner) => this.#conditional(inner, node, level));
        return;
      case 'await':
        out.push('await ');
        this.maybeParenthesized(out, node.value, level, 'await');
        return;
      case 'starred':
        out.push('*');
        this.format(out, node.value, level);
        return;
      case 'walrus':
        out.push(groupStart, node.target);
        bracketedLineOrSpace(out, level);
        out.push(end, ':= ');
        this.format(out, node.value, level);
        return;
      case 'comprehension':
        bracketed(out, level, '[', (inner) => this.#comprehension(inner, node), ']');
        return;
      case 'lambda':
        out.push(lambdaStart(node));
        this.#lambdaBody(out, node.body, level);
    }
  }

  #comprehension(out: Element[], node: Node & { kind: 'comprehension' }): void {
    out.push(groupStart, groupStart);
    this.format(out, node.element, 'bracketed');
    out.push(end, lineOrSpace, `for ${node.target} in `);
    this.format(out, node.iterable, 'bracketed');
    if (node.condition) {
      out.push(lineOrSpace, 'if ');
      this.format(out, node.condition, 'bracketed');
    }
    out.push(end);
  }

  #items(out: Element[], level: Level, left: string, items: readonly Node[], right: string): void {
    if (items.length === 0) out.push(left + right);
    else bracketed(out, level, left, (inner) => this.#separated(inner, items), right);
  }

  #separated(out: Element[], items: readonly Node[]): void {
    commaSeparated(out, items, (item) => this.format(out, item, 'bracketed'));
  }

  #tuple(out: Element[], node: Node & { kind: 'tuple' }, level: Level): void {
    const [only] = node.items;
    if (node.bare) {
      out.push(groupStart);
      this.#separated(out, node.items);
      out.push(end);
    } else if (only && node.items.length === 1) {
      const content: Builder = (inner) => {
        this.format(inner, only, 'bracketed');
        inner.push(',');
      };
      bracketed(out, level, '(', content, ')');
    } else this.#items(out, level, '(', node.items, ')');
  }

  entry(out: Element[], entry: Entry): void {
    out.push(groupStart);
    if (entry.key) {
      this.format(out, entry.key, 'bracketed');
      out.push(': ');
    } else out.push('**');
    this.format(out, entry.value, 'bracketed');
    out.push(end);
  }

  #conditional(out: Element[], node: Node & { kind: 'conditional' }, level: Level): void {
    this.format(out, node.then, level);
    bracketedLineOrSpace(out, level);
    out.push('if ');
    this.format(out, node.test, level);
    bracketedLineOrSpace(out, level);
    out.push('else ');
    const { otherwise } = node;
    if (otherwise.kind === 'conditional' && !otherwise.parenthesized) {
      markedBy(out, otherwise, () => this.#conditional(out, otherwise, level));
    } else bracketedGroup(out, level, (inner) => this.format(inner, otherwise, level));
  }

  /** A lambda that is all of a value: expanding the brackets in it does not make parentheses around it appear. */
  assignedLambda(out: Element[], node: Node & { kind: 'lambda' }): void {
    optionalParentheses(out, this.newGroup(), (inner) => {
      markedBy(inner, node, () => {
        inner.push(lambdaStart(node), { kind: 'fitsExpanded' });
        this.#lambdaBody(inner, node.body, 'bracketed');
        inner.push(end);
      });
    });
  }

  #lambdaBody(out: Element[], body: Node, level: Level): void {
    const needed = needsParentheses(body, 'statement');
    if (needed === 'always') bracketed(out, level, '(', (inner) => this.unparenthesized(inner, body, 'bracketed'), ')');
    else if (needed !== 'multiline' && (body.kind === 'call' || body.kind === 'subscript')) {
      const content = documentOf((inner) => this.unparenthesized(inner, body, level));
      const parenthesized = ['(', indentStart, hardLine, ...content, end, hardLine, ')'];
      out.push(bestFitting([content, [expandedGroupStart, ...content, end], parenthesized], false));
    } else if (needed !== 'multiline' && ownBrackets(body) !== 'none') this.format(out, body, level);
    else this.parenthesizedIfBroken(out, body);
  }

  /** `inFluentChain` is set for the inner links of a chain whose outermost link has been decided on. */
  #chain(out: Element[], node: ChainLink, level: Level, inFluentChain: boolean | undefined): void {
    const fluent = inFluentChain ?? (level !== 'open' && isFluent(node));
    const startsGroup = inFluentChain === undefined && fluent;
    if (startsGroup) out.push(groupStart);
    if (node.kind === 'attribute') this.#attribute(out, node, level, fluent);
    else if (node.kind === 'call') {
      this.#link(out, node.callee, level, fluent);
      this.arguments(out, node.args, level);
    } else {
      this.#link(out, node.object, level, fluent);
      bracketed(out, level, '[', (inner) => this.format(inner, node.key, 'bracketed'), ']');
    }
    if (startsGroup) out.push(end);
  }

  #link(out: Element[], object: Node, level: Level, fluent: boolean): void {
    if (object.parenthesized || !isChainLink(object)) this.format(out, object, level);
    else this.unparenthesized(out, object, level, fluent);
  }

  #attribute(out: Element[], node: Node & { kind: 'attribute' }, level: Level, fluent: boolean): void {
    const { object } = node;
    if (fluent) this.#link(out, object, level, fluent);
    else this.format(out, object, level);
    if (fluent && (object.parenthesized || object.kind === 'call' || object.kind === 'subscript')) {
      out.push({ kind: 'line', mode: 'soft' });
    }
    out.push(`.${node.name}`);
  }

  arguments(out: Element[], args: (Node & { kind: 'call' })['args'], level: Level): void {
    if (args.length === 0) {
      out.push('()');
      return;
    }
    const content: Builder = (inner) => {
      inner.push(groupStart);
      commaSeparated(inner, args, (argument) => {
        if (argument.name !== undefined) inner.push(`${argument.name}=`);
        this.format(inner, argument.value, 'bracketed');
      });
      inner.push(end);
    };
    bracketed(out, level, '(', content, ')');
  }
}

function lambdaStart({ parameter }: Node & { kind: 'lambda' }): string {
  return parameter === undefined ? 'lambda: ' : `lambda ${parameter}: `;
}

/** Puts what `content` writes between the marks of an expression. */
function markedBy(out: Element[], node: Node, content: () => void): void {
  if (node.marks.length === 0) {
    content();
    return;
  }
  for (const mark of node.marks) out.push({ kind: 'mark', mark });
  content();
  for (const mark of node.marks.toReversed()) out.push({ kind: 'markEnd', mark });
}
