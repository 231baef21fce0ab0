import { type Document, type Element, appendAll, end, ifBroken, ifFlat } from './document.ts';
import { type Level, bracketedGroup, bracketedLineOrSpace } from './brackets.ts';
import { literalPieces } from './flat.ts';
import type { Node } from './nodes.ts';

type StringNode = Node & { kind: 'string' };

/** All parts as one literal on one line. */
export function joinedString(node: StringNode): Document {
  return literalPieces(node.pieces);
}

/** One part per line. */
export function expandedString(node: StringNode, level: Level): Document {
  const out: Element[] = [];
  node.parts.forEach((part, index) => {
    if (index > 0) bracketedLineOrSpace(out, level);
    appendAll(out, literalPieces(part));
  });
  return out;
}

export function formatString(out: Element[], node: StringNode, level: Level): void {
  if (node.parts.length === 1 || level === 'open') {
    appendAll(out, joinedString(node));
    return;
  }
  bracketedGroup(out, level, (inner) => {
    appendAll(inner, [ifFlat, ...joinedString(node), end, ifBroken, ...expandedString(node, level), end]);
  });
}
