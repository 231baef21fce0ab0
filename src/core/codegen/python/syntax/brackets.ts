import {
  type Builder,
  type Element,
  type GroupId,
  end,
  groupStart,
  ifBroken,
  lineOrSpace,
  softBlockIndent,
  softLine,
} from './document.ts';

/**
 * What surrounds an expression: nothing, brackets, or parentheses that are there only if their group is broken. Follows
 * ruff's crates/ruff_python_formatter/src/expression/parentheses.rs and builders.rs.
 */
export type Level = 'open' | 'bracketed' | GroupId;

/** Content in brackets of its own; expanding it does not make optional parentheses around it appear. */
export function bracketed(out: Element[], level: Level, left: string, content: Builder, right: string): void {
  out.push(left);
  const insideOptional = typeof level === 'number';
  if (insideOptional) out.push({ kind: 'fitsExpanded', condition: { group: level, broken: false } });
  out.push(groupStart);
  softBlockIndent(out, content);
  out.push(end);
  if (insideOptional) out.push(end);
  out.push(right);
}

/** Parentheses that appear when the content, with the brackets in it expanded, does not fit. */
export function optionalParentheses(out: Element[], group: GroupId, content: Builder): void {
  out.push({ kind: 'group', id: group }, ifBroken, '(', end, { kind: 'indentIfBroken', group }, softLine);
  content(out);
  out.push(end, softLine, ifBroken, ')', end, end);
}

/** Items with commas between them, and after the last one when they are on lines of their own. */
export function commaSeparated<T>(out: Element[], items: readonly T[], write: (item: T) => void): void {
  items.forEach((item, index) => {
    if (index > 0) out.push(',', lineOrSpace);
    write(item);
  });
  if (items.length > 1) out.push(ifBroken, ',', end);
}

/** A space, or a line break where the expression stands in brackets that are broken. */
export function bracketedLineOrSpace(out: Element[], level: Level): void {
  if (level === 'open') out.push(' ');
  else if (level === 'bracketed') out.push(lineOrSpace);
  else {
    out.push({ kind: 'conditional', condition: { group: level, broken: true } }, lineOrSpace, end);
    out.push({ kind: 'conditional', condition: { group: level, broken: false } }, ' ', end);
  }
}

/** A group where the expression stands in brackets; the content as it is elsewhere. */
export function bracketedGroup(out: Element[], level: Level, content: Builder): void {
  if (level === 'open') {
    content(out);
    return;
  }
  out.push(
    level === 'bracketed' ? groupStart : { kind: 'conditionalGroup', condition: { group: level, broken: true } },
  );
  content(out);
  out.push(end);
}
