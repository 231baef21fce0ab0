import { createScanner } from 'jsonc-parser';

/** Python refuses brackets that are nested about 200 deep, and generated code adds some of its own. */
export const nestingLimit = 100;

// jsonc-parser has its token kinds as a const enum, which cannot be used with isolated modules.
const opening: readonly number[] = [1, 3];
const closing: readonly number[] = [2, 4];
const endOfFile = 17;

/** The offset of the first bracket that is nested too deep; found without recursion, since parsers of JSON recurse. */
export function nestingProblem(json: string): number | undefined {
  const scanner = createScanner(json, true);
  let depth = 0;
  for (let token: number = scanner.scan(); token !== endOfFile; token = scanner.scan()) {
    if (opening.includes(token)) depth += 1;
    else if (closing.includes(token)) depth -= 1;
    if (depth > nestingLimit) return scanner.getTokenOffset();
  }
  return undefined;
}
