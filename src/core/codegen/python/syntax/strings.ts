import { type Document, type Element, end, flattened, groupStart, ifBroken, ifFlat } from './document.ts';
import { type Level, bracketedGroup, bracketedLineOrSpace } from './brackets.ts';
import { type Quote, chooseQuote, escapeText } from './literals.ts';
import type { Node, StringPart } from './lower.ts';

type StringNode = Node & { kind: 'string' };
type FormatField = (out: Element[], expression: Node) => void;

const texts = (parts: readonly StringPart[]): string[] =>
  parts.flatMap((part) => part.pieces.filter((piece) => typeof piece === 'string'));

/** Writes strings. `field` lays out an expression of an f-string. */
export class StringFormatter {
  readonly #field: FormatField;

  constructor(field: FormatField) {
    this.#field = field;
  }

  /** All parts as one literal on one line. */
  joined(node: StringNode): Document {
    const formatted = node.parts.some((part) => part.formatted);
    const pieces = node.parts.flatMap((part) => part.pieces);
    return this.#literal({ formatted, pieces }, chooseQuote(texts(node.parts)));
  }

  /** One part per line. */
  expanded(node: StringNode, level: Level): Document {
    const out: Element[] = [];
    node.parts.forEach((part, index) => {
      if (index > 0) bracketedLineOrSpace(out, level);
      out.push(...this.#literal(part, chooseQuote(texts([part]))));
    });
    return out;
  }

  format(out: Element[], node: StringNode, level: Level): void {
    if (node.parts.length === 1 || level === 'open') {
      out.push(...this.joined(node));
      return;
    }
    bracketedGroup(out, level, (inner) => {
      inner.push(ifFlat, ...this.joined(node), end, ifBroken, ...this.expanded(node, level), end);
    });
  }

  #literal(part: StringPart, quote: Quote): Document {
    const out: Element[] = [];
    let text = (part.formatted ? 'f' : '') + quote;
    for (const piece of part.pieces) {
      if (typeof piece === 'string') {
        const escaped = escapeText(piece, quote);
        text += part.formatted ? escaped.replaceAll(/[{}]/g, '$&$&') : escaped;
      } else {
        const field = this.#fieldText(piece, quote);
        out.push(`${text}{`, ...field);
        text = '}';
      }
    }
    out.push(text + quote);
    return out;
  }

  /**
   * An expression between braces. Python 3.11 ends the string at its own quote even there, so strings inside take the
   * other one (PEP 701 came with 3.12).
   */
  #fieldText(expression: Node, quote: Quote): Document {
    const out: Element[] = [groupStart];
    this.#field(out, expression);
    out.push(end);
    const flat = flattened(out) ?? [];
    const text = flat.filter((element) => typeof element === 'string').join('');
    if (/[\\']/.test(text)) throw new Error(`Python 3.11 cannot hold this expression in an f-string: ${text}`);
    const inner = quote === '"' ? "'" : '"';
    const requoted = flat.map((element) => (typeof element === 'string' ? element.replaceAll('"', inner) : element));
    return text.startsWith('{') ? [' ', ...requoted, ' '] : requoted;
  }
}
