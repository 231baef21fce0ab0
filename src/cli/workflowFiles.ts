import { check, functionFiles, parse, type CheckedWorkflow, type Diagnostic } from '../core/workflow/index.ts';
import { readFunctionFiles } from '../host/functionFiles.ts';
import { readText } from '../host/textFile.ts';

/** A workflow file as it lies on disk, with what was found out about it. */
export interface LoadedWorkflow {
  /** As it was given. */
  readonly path: string;
  readonly text: string;
  /** The names of the Python files that it uses. */
  readonly functionFiles: readonly string[];
  /** Undefined when there are errors. */
  readonly checked: CheckedWorkflow | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads and checks a workflow file and the Python files it names; runs nothing. */
export async function loadWorkflow(path: string): Promise<LoadedWorkflow> {
  const text = await readText(path);
  const parsed = parse(text);
  if (!parsed.ok) return { path, text, functionFiles: [], checked: undefined, diagnostics: parsed.diagnostics };
  const names = functionFiles(parsed.value);
  const result = check(parsed.value, await readFunctionFiles(path, names));
  const checked = result.ok ? result.value : undefined;
  return { path, text, functionFiles: names, checked, diagnostics: result.diagnostics };
}
