import { emit, plan, type Compilation } from '../../src/core/codegen/python/index.ts';
import { check, parse } from '../../src/core/workflow/index.ts';

type Compiled = Pick<Compilation, 'diagnostics' | 'files'>;

/** What the four functions make of a text, one after the other. */
export function compiledAnew(text: string, sources: ReadonlyMap<string, string>): Compiled {
  const parsed = parse(text);
  if (!parsed.ok) return { diagnostics: parsed.diagnostics, files: undefined };
  const checked = check(parsed.value, sources);
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  return { diagnostics, files: checked.ok ? emit(plan(checked.value)) : undefined };
}
