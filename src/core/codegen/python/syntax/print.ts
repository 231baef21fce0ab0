import { type Part, type PlacedStatement, type PrintMemory, placedStatements } from './chunks.ts';
import { docstringLines } from './docstrings.ts';
import { Imports } from './imports.ts';
import { StatementPrinter } from './statements.ts';
import type { Module } from './tree.ts';

/** A Python file, and which part of its text comes from which node of the workflow. */
export class PrintedModule {
  readonly text: string;
  /** The lines before the first statement: docstring and imports. */
  readonly head: readonly string[];
  /** What need not be printed again when the module changes. */
  readonly memory: PrintMemory;
  readonly #parts: readonly Part[];
  readonly #firstLine: number;

  /** @param head the lines before the parts */
  constructor(head: readonly string[], parts: readonly Part[], memory: PrintMemory) {
    let text = head.map((line) => `${line}\n`).join('');
    for (const part of parts) if (part.kind === 'chunk') text += part.text;
    this.text = text;
    this.head = head;
    this.memory = memory;
    this.#parts = parts;
    this.#firstLine = head.length + 1;
  }

  /** The statements that come from nodes, in order of place. */
  get statements(): readonly PlacedStatement[] {
    return placedStatements(this.#parts, this.#firstLine);
  }
}

/**
 * Prints a Python file as `ruff format` leaves it (line length 120, Python 3.11), imports first.
 * @param before the module as it was before some of its statements changed
 */
export function printModule(module: Module, before?: PrintedModule): PrintedModule {
  const statements = new StatementPrinter(before?.memory ?? new Map());
  statements.body(module.body, 0, 'module');
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
  return new PrintedModule(head, parts, statements.memory);
}
