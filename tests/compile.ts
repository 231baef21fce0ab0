import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { plan, type Plan } from '../src/core/codegen/python/index.ts';
import { check, formatDiagnostic, functionFiles, parse, type Diagnostic } from '../src/core/workflow/index.ts';

/** The plan of a workflow file; throws with its diagnostics when it has errors. */
export function planOf(file: string): Plan {
  const text = readFileSync(file, 'utf8');
  const fail = (diagnostics: readonly Diagnostic[]): never => {
    throw new Error(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { path: file, text })).join('\n'));
  };
  const parsed = parse(text);
  if (!parsed.ok) return fail(parsed.diagnostics);
  const sources = new Map(
    functionFiles(parsed.value).map((path) => [path, readFileSync(join(dirname(file), path), 'utf8')]),
  );
  const checked = check(parsed.value, sources);
  return checked.ok ? plan(checked.value) : fail(checked.diagnostics);
}
