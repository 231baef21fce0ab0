import type { Severity } from './diagnostic.ts';

/** What the catalog knows of one code. `Params` is what a message needs to name the thing. */
export interface CatalogEntry<Params> {
  readonly severity: Severity;
  readonly message: (params: Params) => string;
  /** The way out in this case; `whatToDo` when it is left out. */
  readonly hint?: (params: Params) => string;
  /** For the documentation: why this is a finding. */
  readonly why: string;
  /** For the documentation, and the hint: how to get rid of it. */
  readonly whatToDo: string;
}

export function error<Params>(entry: Omit<CatalogEntry<Params>, 'severity'>): CatalogEntry<Params> {
  return { severity: 'error', ...entry };
}

export function warning<Params>(entry: Omit<CatalogEntry<Params>, 'severity'>): CatalogEntry<Params> {
  return { severity: 'warning', ...entry };
}

/** A name out of the file, as messages show it. */
export function quoted(name: string): string {
  return `\`${name.length > 60 ? `${name.slice(0, 60)}…` : name}\``;
}

/** "`a`, `b` and `c`" */
export function listed(names: Iterable<string>, last = 'and'): string {
  const all = [...names];
  const limit = 12;
  const shown = all.slice(0, limit).map(quoted);
  if (all.length > limit) shown.push(`${all.length - limit} more`);
  const end = shown.pop() ?? '';
  return shown.length === 0 ? end : `${shown.join(', ')} ${last} ${end}`;
}

/** "1 way", "2 ways" */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
