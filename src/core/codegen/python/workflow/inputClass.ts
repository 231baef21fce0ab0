import { createScope } from '../syntax/names.ts';
import type { Identifier } from '../syntax/tree.ts';

/** The class of a workflow's input, by which callers find it among those of other workflows: `ChatInput`. */
export function inputClassOf(module: string): Identifier {
  return createScope().pascal(`${module} input`);
}
