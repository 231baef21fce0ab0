import type { Json } from '../../../../core/workflow/index.ts';
import { pointerStep } from '../../../../core/workflow/jsonPointer.ts';

/** A line of a JSON value as a tree. */
export interface JsonRow {
  /** A JSON pointer (RFC 6901); the value itself is the empty one. */
  readonly path: string;
  readonly depth: number;
  /** Its key or index; undefined for the value itself. */
  readonly name: string | undefined;
  readonly value: Json;
  /** How many keys or items it holds; undefined for what holds none. */
  readonly count: number | undefined;
  readonly isOpen: boolean;
  readonly isMatch: boolean;
}

interface JsonView {
  /** Which of the containers are open or closed by hand; others are open as far as they are few. */
  readonly opened: ReadonlyMap<string, boolean>;
  /** Text that keys or values contain, in any case; what holds a match is open. */
  readonly search: string;
}

const openDepth = 2;
const mostOpenItems = 40;
/** A tree that does not end would not be read either. */
const mostMatches = 2_000;

/** The lines of a value that are to be seen. */
export function jsonRows(value: Json, { opened, search }: JsonView): readonly JsonRow[] {
  const found = search === '' ? undefined : matchesIn(value, search.toLowerCase());
  const rows: JsonRow[] = [];
  const visit = (each: Json, path: string, name: string | undefined, depth: number): void => {
    const children = childrenOf(each);
    const byItself = found?.holders.has(path) ?? (depth < openDepth && (children?.length ?? 0) <= mostOpenItems);
    const isOpen = children !== undefined && (opened.get(path) ?? byItself);
    const isMatch = found?.matches.has(path) ?? false;
    rows.push({ path, depth, name, value: each, count: children?.length, isOpen, isMatch });
    if (isOpen) for (const [key, child] of children) visit(child, pointer(path, key), key, depth + 1);
  };
  visit(value, '', undefined, 0);
  return rows;
}

/** What lies directly in a value by its key or index; undefined for what holds nothing. */
function childrenOf(value: Json): readonly (readonly [string, Json])[] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}

function pointer(path: string, key: string): string {
  return `${path}/${pointerStep(key)}`;
}

function matchesIn(
  value: Json,
  wanted: string,
): { readonly matches: ReadonlySet<string>; readonly holders: ReadonlySet<string> } {
  const matches = new Set<string>();
  const holders = new Set<string>();
  const visit = (each: Json, path: string, name: string): boolean => {
    if (matches.size >= mostMatches) return false;
    const children = childrenOf(each);
    const isMatch =
      name.toLowerCase().includes(wanted) || (children === undefined && leafText(each).toLowerCase().includes(wanted));
    if (isMatch) matches.add(path);
    let holds = false;
    for (const [key, child] of children ?? []) holds = visit(child, pointer(path, key), key) || holds;
    if (holds) holders.add(path);
    return isMatch || holds;
  };
  visit(value, '', '');
  return { matches, holders };
}

function leafText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
