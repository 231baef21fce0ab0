import type { GeneratedFile } from '../GeneratedFile.ts';
import { sampleObject } from '../project/sample.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import { endpointOf } from '../../../workflow/trigger.ts';
import { waitingNodes } from './workflowsModule.ts';

/** How a workflow is run for each row of a file, where the project carries that. */
export function batchText(workflows: readonly WorkflowModule[], runtime: readonly GeneratedFile[]): string {
  const first = workflows.find(({ plan }) => waitingNodes(plan.checked).length === 0);
  if (first === undefined || !runtime.some(({ path }) => path === 'app/batch/__main__.py')) return '';
  const { file, trigger } = first.plan.checked;
  const sample = JSON.stringify(sampleObject(endpointOf(trigger).inputSchema));
  return `
## Run for each row of a file

A row is a line of JSON such as \`${sample}\`, or of CSV.

\`\`\`sh
.venv/bin/python -m app.batch ${file.name} --input rows.jsonl --check
.venv/bin/python -m app.batch ${file.name} --input rows.jsonl --out results.jsonl --max-cost 5
\`\`\`

Results stand in the order of the rows, each with \`output\` or \`problem\`, its usage and cost. The same command goes on where it was stopped
or killed; keep \`results.jsonl.journal\` for that. \`--help\` says what else there is.
`;
}
