import { type Part, type PlacedStatement, type PrintedStatement, placedStatements } from './chunks.ts';
import { docstringLines } from './docstrings.ts';
import { Imports } from './imports.ts';
import { JoinedText } from './joinedText.ts';
import { StatementPrinter } from './statements.ts';
import type { Module } from './tree.ts';

/** A Python file, and which part of its text comes from which node of the workflow. */
export class PrintedModule {
  /** The lines before the first statement: docstring and imports. */
  readonly head: string;
  readonly body: readonly PrintedStatement[];
  readonly #parts: readonly Part[];
  readonly #joined: JoinedText;

  constructor(
    head: readonly string[],
    parts: readonly Part[],
    body: readonly PrintedStatement[],
    before: PrintedModule | undefined,
  ) {
    this.head = head.map((line) => `${line}\n`).join('');
    this.body = body;
    this.#parts = parts;
    const pieces = [this.head];
    for (const part of parts) if (part.kind === 'chunk') pieces.push(part.text);
    this.#joined = new JoinedText(pieces, before === undefined ? undefined : before.#joined);
  }

  get text(): string {
    return this.#joined.text;
  }

  /** The statements that come from nodes, in order of place. */
  get statements(): readonly PlacedStatement[] {
    return placedStatements(this.#parts, this.head.split('\n').length);
  }
}

/**
 * Prints a Python file as `ruff format` leaves it (line length 120, Python 3.11), imports first.
 * @param before the file before some of its statements were replaced
 */
export function printModule(module: Module, before?: PrintedModule): PrintedModule {
  const statements = new StatementPrinter();
  const body = statements.body(module.body, 0, 'module', before?.body);
  const { parts } = statements;
  const imports = new Imports();
  for (const part of parts) if (part.kind === 'chunk') for (const name of part.names) imports.use(name);

  const head = [...(module.docstring === undefined ? [] : docstringLines(module.docstring))];
  const importLines = imports.lines();
  if (head.length > 0 && importLines.length > 0) head.push('');
  head.push(...importLines);
  const first = module.body[0];
  const startsWithDefinition = first?.kind === 'function' || first?.kind === 'class';
  if (head.length > 0 && first) head.push(...(startsWithDefinition ? ['', ''] : ['']));
  return new PrintedModule(head, parts, body, before);
}
