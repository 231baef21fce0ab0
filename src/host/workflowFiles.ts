import { basename } from 'node:path';

import { check, parse, sourceFiles, type CheckedWorkflow, type Diagnostic } from '../core/workflow/index.ts';
import { readNamedFiles } from './namedFiles.ts';
import { recordedRunsBeside } from './recordedRunFiles.ts';
import { readPlainText } from './textFile.ts';

/** A workflow file as it lies on disk, with what was found out about it. */
export interface LoadedWorkflow {
  /** As it was given. */
  readonly path: string;
  readonly text: string;
  /** The Python and workflow files that it is made of besides, by their path from its folder, whether or not they exist. */
  readonly namedFiles: readonly string[];
  /** Undefined when there are errors. */
  readonly checked: CheckedWorkflow | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const mostBytes = 50_000_000;

/** The text of a workflow file. Throws a HostError where it cannot be read. */
export async function readWorkflow(path: string): Promise<string> {
  return readPlainText(path, mostBytes);
}

/**
 * Reads and checks a workflow file and the files it names; runs nothing.
 * @param given the text to check in the place of what is in the file
 */
export async function loadWorkflow(path: string, given?: string): Promise<LoadedWorkflow> {
  const text = given ?? (await readWorkflow(path));
  const parsed = parse(text);
  if (!parsed.ok) return { path, text, namedFiles: [], checked: undefined, diagnostics: parsed.diagnostics };
  const { names, sources } = await readSources(path, (known) => sourceFiles(parsed.value, known));
  const result = check(parsed.value, sources, basename(path));
  const checked = result.ok ? result.value : undefined;
  return { path, text, namedFiles: names, checked, diagnostics: result.diagnostics };
}

/**
 * Reads what a workflow names, then what the workflows among that name, until nothing new is named; and the runs that are kept
 * as tests beside it.
 */
export async function readSources(
  path: string,
  namedIn: (sources: ReadonlyMap<string, string>) => readonly string[],
): Promise<{ readonly names: readonly string[]; readonly sources: ReadonlyMap<string, string> }> {
  const recorded = await recordedRunsBeside(path);
  const names = new Set(recorded.keys());
  const sources = new Map(recorded);
  for (;;) {
    const added = namedIn(sources).filter((name) => !names.has(name));
    if (added.length === 0) return { names: [...names], sources };
    for (const name of added) names.add(name);
    for (const [name, text] of await readNamedFiles(path, added)) sources.set(name, text);
  }
}
