import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { plan, type Plan } from '../src/core/codegen/python/index.ts';
import {
  check,
  formatDiagnostic,
  parse,
  sourceFiles,
  type Diagnostic,
  type Workflow,
} from '../src/core/workflow/index.ts';

/** The texts of the files that a workflow in a folder is made of, as far as they are there. */
export function readSources(workflow: Workflow, folder: string): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (;;) {
    const added = sourceFiles(workflow, sources).filter((path) => !sources.has(path) && existsSync(join(folder, path)));
    if (added.length === 0) return sources;
    for (const path of added) sources.set(path, readFileSync(join(folder, path), 'utf8'));
  }
}

/** The plan of a workflow file; throws with its diagnostics when it has errors. */
export function planOf(file: string): Plan {
  return planOfText(readFileSync(file, 'utf8'), file);
}

/** The same of a text that stands in the place of the file's. */
export function planOfText(text: string, file: string): Plan {
  const fail = (diagnostics: readonly Diagnostic[]): never => {
    throw new Error(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { path: file, text })).join('\n'));
  };
  const parsed = parse(text);
  if (!parsed.ok) return fail(parsed.diagnostics);
  const checked = check(parsed.value, readSources(parsed.value, dirname(file)), basename(file));
  return checked.ok ? plan(checked.value) : fail(checked.diagnostics);
}
