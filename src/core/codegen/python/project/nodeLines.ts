import * as z from 'zod';

import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';

/** Lines of a generated workflow module that belong to a node, counted from 1, the last one included. */
export interface NodeLines {
  readonly file: string;
  /** `step/inner` for a node of a called workflow. */
  readonly node: string;
  readonly start: number;
  readonly end: number;
}

/** What of `sourceMapOf` is read here. */
const mapSchema = z.object({
  workflow: z.string(),
  pieces: z.array(z.object({ lines: z.int(), node: z.string().optional() })),
});

/** Which lines of a project's workflow modules are which node's, by the maps that come with them. */
export function nodeLines(checked: CheckedWorkflow, files: readonly GeneratedFile[]): readonly NodeLines[] {
  const prefixes = prefixesOf(checked);
  return files
    .filter(({ path }) => path.endsWith('.map.json'))
    .flatMap(({ path, content }) => {
      const { workflow, pieces } = mapSchema.parse(JSON.parse(content));
      const file = path.replace(/\.map\.json$/, '.py');
      const prefix = prefixes.get(workflow) ?? '';
      const found: NodeLines[] = [];
      let line = 1;
      for (const { lines, node } of pieces) {
        if (node !== undefined) found.push({ file, node: prefix + node, start: line, end: line + lines - 1 });
        line += lines;
      }
      return found;
    });
}

/** The lines in which one stands. */
export function linesAt(all: readonly NodeLines[], file: string | undefined, line: number): NodeLines | undefined {
  return all.find((each) => each.file === file && each.start <= line && line <= each.end);
}

/** By the name of each workflow, the steps that lead to it first. */
function prefixesOf(checked: CheckedWorkflow): ReadonlyMap<string, string> {
  const prefixes = new Map([[checked.file.name, '']]);
  const waiting: [CheckedWorkflow, string][] = [[checked, '']];
  for (const [workflow, prefix] of waiting) {
    for (const [step, called] of workflow.calls) {
      if (prefixes.has(called.file.name)) continue;
      prefixes.set(called.file.name, `${prefix}${step}/`);
      waiting.push([called, `${prefix}${step}/`]);
    }
  }
  return prefixes;
}
