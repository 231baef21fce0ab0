import { type Document, type Element, type Mark, end, groupStart, ifBroken, ifFlat, visitFlat } from './document.ts';
import { type Level, bracketedGroup, bracketedLineOrSpace } from './brackets.ts';
import { type Quote, chooseQuote, escapeText, stringLiteral } from './literals.ts';
import type { Node, StringPart } from './nodes.ts';

type StringNode = Node & { kind: 'string' };
type FormatField = (out: Element[], expression: Node) => void;

/** Quotes for the text of the pieces; those in the expressions of an f-string do not count. */
const quoteFor = (pieces: StringPart['pieces']): Quote =>
  chooseQuote(pieces.filter((piece) => typeof piece === 'string'));

/** Writes strings. `field` lays out an expression of an f-string. */
export class StringFormatter {
  readonly #field: FormatField;

  constructor(field: FormatField) {
    this.#field = field;
  }

  /** All parts as one literal on one line. */
  joined(node: StringNode): Document {
    const [only] = node.parts;
    if (only && node.parts.length === 1) return this.#literal(only);
    return this.#literal({
      formatted: node.parts.some((part) => part.formatted),
      pieces: node.parts.flatMap((part) => part.pieces),
    });
  }

  /** One part per line. */
  expanded(node: StringNode, level: Level): Document {
    const out: Element[] = [];
    node.parts.forEach((part, index) => {
      if (index > 0) bracketedLineOrSpace(out, level);
      out.push(...this.#literal(part));
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

  #literal(part: StringPart): Document {
    const [only] = part.pieces;
    if (part.pieces.length === 1 && typeof only === 'string') return [stringLiteral(only)];
    const quote = quoteFor(part.pieces);
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
    const flat: (string | Mark)[] = [];
    visitFlat(out, (element) => flat.push(element));
    const text = flat.filter((element) => typeof element === 'string').join('');
    if (/[\\']/.test(text)) throw new Error(`Python 3.11 cannot hold this expression in an f-string: ${text}`);
    const inner = quote === '"' ? "'" : '"';
    const requoted = flat.map((element) => (typeof element === 'string' ? element.replaceAll('"', inner) : element));
    return text.startsWith('{') ? [' ', ...requoted, ' '] : requoted;
  }
}
