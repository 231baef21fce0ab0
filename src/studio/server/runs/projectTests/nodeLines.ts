import * as z from 'zod';

import type { GeneratedFile } from '../../../../core/codegen/python/index.ts';
import type { CheckedWorkflow } from '../../../../core/workflow/index.ts';

const mapSchema = z.object({
  workflow: z.string(),
  pieces: z.array(z.object({ lines: z.int(), node: z.string().optional() })),
});

/** Which node a line of a generated workflow module comes from; one of a called workflow as `step/inner`. */
export function nodeLines(
  checked: CheckedWorkflow,
  files: readonly GeneratedFile[],
): (file: string, line: number) => string | undefined {
  const prefixes = prefixesOf(checked);
  const nodes = new Map<string, readonly (string | undefined)[]>();
  for (const { path, content } of files) {
    if (!path.endsWith('.map.json')) continue;
    const { workflow, pieces } = mapSchema.parse(JSON.parse(content));
    const prefix = prefixes.get(workflow) ?? '';
    const lines = pieces.flatMap(({ lines: count, node }) =>
      Array.from({ length: count }, () => (node === undefined ? undefined : prefix + node)),
    );
    nodes.set(path.replace(/\.map\.json$/, '.py'), lines);
  }
  return (file, line) => nodes.get(file)?.[line - 1];
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
