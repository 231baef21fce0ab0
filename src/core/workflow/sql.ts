/** A place in a statement where something of interest stands: offsets in UTF-16 units, half-open. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/** What of a SQL statement can be told without its grammar. */
export interface SqlOutline {
  /** The word that it begins with, in capitals; empty when there is none. */
  readonly verb: string;
  /** Whether a statement after `WITH …` writes. */
  readonly writes: boolean;
  /** The numbers of its parameters, `$1` …, each once, in order. */
  readonly parameters: readonly number[];
  /** Where `{{` stands in it, quoted or not. */
  readonly template: number | undefined;
  /** Where a second statement begins. */
  readonly second: Place | undefined;
}

const writing: ReadonlySet<string> = new Set(
  'INSERT UPDATE DELETE MERGE REPLACE CREATE DROP ALTER TRUNCATE GRANT REVOKE REINDEX VACUUM COPY'.split(' '),
);

/** What is skipped whole: comments, texts, quoted names, and texts between dollars as Postgres has them. */
const skipped =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|[eE]'(?:[^'\\]|\\[\s\S]|'')*'?|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$(?:[A-Za-z_]\w*)?\$/y;
const token = /\$(\d+)|[A-Za-z_]\w*|;|\s+|[\s\S]/y;

/** Reads a statement by its tokens: https://www.postgresql.org/docs/current/sql-syntax-lexical.html */
export function outlineOf(sql: string): SqlOutline {
  const parameters = new Set<number>();
  const words: string[] = [];
  let second: Place | undefined;
  let ended = false;
  let at = 0;
  while (at < sql.length) {
    skipped.lastIndex = at;
    const [quoted] = skipped.exec(sql) ?? [];
    if (quoted !== undefined) {
      const close = quoted.startsWith('$') ? sql.indexOf(quoted, at + quoted.length) : -1;
      const isText = !quoted.startsWith('--') && !quoted.startsWith('/*');
      if (ended && isText) second ??= { start: at, end: sql.length };
      at = quoted.startsWith('$') ? (close < 0 ? sql.length : close + quoted.length) : at + quoted.length;
      continue;
    }
    token.lastIndex = at;
    const [found = sql[at] ?? '', number] = token.exec(sql) ?? [];
    const isBlank = found.trim() === '';
    if (found === ';') ended = true;
    else if (ended && !isBlank) second ??= { start: at, end: sql.length };
    if (number !== undefined) parameters.add(Number(number));
    else if (/^[A-Za-z_]/.test(found)) words.push(found.toUpperCase());
    at += found.length;
  }
  const template = sql.indexOf('{{');
  const [verb = ''] = words;
  return {
    verb,
    writes:
      writing.has(verb) || (verb === 'WITH' && words.some((word) => /^(?:INSERT|UPDATE|DELETE|MERGE)$/.test(word))),
    parameters: [...parameters].toSorted((a, b) => a - b),
    template: template < 0 ? undefined : template,
    second,
  };
}
