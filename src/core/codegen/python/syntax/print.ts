import { ChunkList, replaced, type Chunk, type ImportedName, type PrintedBlock, type Replacement } from './chunks.ts';
import { docstringLines } from './docstrings.ts';
import { Imports } from './imports.ts';
import { JoinedText } from './joinedText.ts';
import { identifier } from './names.ts';
import { StatementPrinter } from './statements.ts';
import type { Module } from './tree.ts';

/** A Python file, and which part of its text comes from which node of the workflow. */
export interface PrintedModule {
  readonly module: Module;
  /** The lines before the first statement: docstring and imports. */
  readonly head: string;
  /** Everything below the head. */
  readonly chunks: readonly Chunk[];
  readonly body: PrintedBlock;
  /** What is new in `chunks`, when the module was printed before. */
  readonly replacements: readonly Replacement<Chunk>[];
  readonly joined: JoinedText;
  readonly text: string;
}

/** Prints a Python file as `ruff format` leaves it (line length 120, Python 3.11), imports first. */
export function printModule(module: Module): PrintedModule {
  const { body, replacements } = printed(module);
  const chunks = replaced([], replacements);
  const head = headOf(module, chunks);
  const joined = JoinedText.of([head, ...chunks.map(({ text }) => text)]);
  return { module, head, chunks, body, replacements, joined, text: joined.text };
}

/** As `printModule`, of a file some of whose statements were replaced: only these are printed, and what is around them. */
export function printRevised(module: Module, before: PrintedModule): PrintedModule {
  const { body, replacements } = printed(module, before);
  const chunks = replaced(before.chunks, replacements);
  const head = isHeadKept(module, before, replacements) ? before.head : headOf(module, chunks);
  const ofHead = head === before.head ? [] : [{ start: 0, count: 1, by: [head] }];
  const joined = before.joined.with([...ofHead, ...textsBelowHead(replacements, ({ text }) => text)]);
  return { module, head, chunks, body, replacements, joined, text: joined.text };
}

/** The replacements in a list of texts that has one for the head, and one for each chunk. */
export function textsBelowHead(
  replacements: readonly Replacement<Chunk>[],
  textOf: (chunk: Chunk) => string,
): readonly Replacement<string>[] {
  return replacements.map(({ start, count, by }) => ({ start: start + 1, count, by: by.map(textOf) }));
}

function printed(module: Module, before?: PrintedModule): Pick<PrintedModule, 'body' | 'replacements'> {
  const chunks = new ChunkList(before?.chunks ?? []);
  const known = before === undefined ? undefined : { start: 0, block: before.body };
  const body = new StatementPrinter(chunks).body(module.body, 0, 'module', 0, known);
  return { body, replacements: chunks.replacements() };
}

function headOf(module: Module, chunks: readonly Chunk[]): string {
  const imports = new Imports();
  if (module.postponesAnnotations) imports.use(annotations);
  for (const { names } of chunks) for (const name of names) imports.use(name);
  const head = [...(module.docstring === undefined ? [] : docstringLines(module.docstring))];
  const importLines = imports.lines();
  if (head.length > 0 && importLines.length > 0) head.push('');
  for (const line of importLines) head.push(line);
  if (head.length > 0 && module.body.length > 0) head.push(...(startsWithDefinition(module) ? ['', ''] : ['']));
  return head.map((line) => `${line}\n`).join('');
}

const annotations = { kind: 'name', name: identifier('annotations'), module: '__future__' } as const;

function startsWithDefinition({ body: [first] }: Module): boolean {
  return first?.kind === 'function' || first?.kind === 'class';
}

/** Whether what was replaced named the same things of other modules as what came for it. */
function isHeadKept(module: Module, before: PrintedModule, replacements: readonly Replacement<Chunk>[]): boolean {
  if (module.docstring !== before.module.docstring) return false;
  if (module.postponesAnnotations !== before.module.postponesAnnotations) return false;
  if (startsWithDefinition(module) !== startsWithDefinition(before.module)) return false;
  const gone = namesIn(replacements.flatMap(({ start, count }) => before.chunks.slice(start, start + count)));
  const come = namesIn(replacements.flatMap(({ by }) => by));
  return gone.size === come.size && [...gone].every((name) => come.has(name));
}

function namesIn(chunks: readonly Chunk[]): ReadonlySet<string> {
  const keyOf = ({ module, name, whole }: ImportedName): string => `${module} ${name} ${whole}`;
  return new Set(chunks.flatMap(({ names }) => names.map(keyOf)));
}
