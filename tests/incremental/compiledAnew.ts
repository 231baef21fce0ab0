import { isDeepStrictEqual } from 'node:util';

import { expect } from 'vitest';

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

/** What a compiler that is kept has made of a text is what compiling it anew gives. */
export function expectAsAnew(kept: Compilation, text: string, sources: ReadonlyMap<string, string>): Compiled {
  const { diagnostics, files } = kept;
  const anew = compiledAnew(text, sources);
  // The matcher alone takes four times as long to find that they are the same.
  if (!isDeepStrictEqual({ diagnostics, files }, anew)) expect({ text, diagnostics, files }).toEqual({ text, ...anew });
  return anew;
}
