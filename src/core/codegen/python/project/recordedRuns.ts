import type { RecordedRun } from '../../../workflow/recordedRuns.ts';
import { endpointOf } from '../../../workflow/trigger.ts';
import type { GeneratedFile } from '../GeneratedFile.ts';
import { runtimeFile } from './runtimeFiles.ts';
import type { WorkflowModule } from './workflowModules.ts';

/**
 * The recorded runs of workflows as tests of the project: `tests/recorded/WORKFLOW/NAME.json` each, and the module that tells
 * models and functions what they say; nothing where there is none.
 */
export function recordedRunFiles(
  routed: readonly WorkflowModule[],
  called: readonly WorkflowModule[],
): readonly GeneratedFile[] {
  const modules = new Map([...routed, ...called].map((each) => [each.module as string, each]));
  const files = routed.flatMap((workflow) =>
    workflow.plan.checked.recordedRuns.map((recorded) => ({
      path: `tests/recorded/${workflow.module}/${recorded.name}.json`,
      content: `${JSON.stringify(toldRun(workflow, recorded, modules), null, 2)}\n`,
    })),
  );
  if (files.length === 0) return [];
  return [...files, { path: 'tests/test_recorded_runs.py', content: runtimeFile('tests/recorded_runs.py').content }];
}

function toldRun(
  workflow: WorkflowModule,
  { run }: RecordedRun,
  modules: ReadonlyMap<string, WorkflowModule>,
): unknown {
  const { method, path, stream } = endpointOf(workflow.plan.checked.trigger);
  const functions = new Map<string, Map<string, unknown[]>>();
  for (const [node, results] of Object.entries(run.functions)) {
    const { module, id } = placeOf(workflow, node.split('/'), modules);
    const ofModule = functions.get(module) ?? new Map<string, unknown[]>();
    functions.set(module, ofModule.set(id, [...(ofModule.get(id) ?? []), ...results]));
  }
  const forms = [...(stream === 'always' ? [] : ['whole']), ...(stream === 'never' ? [] : ['streamed'])];
  const only = run.answers.flatMap((answer) => ('wire' in answer ? (answer.wire.form ?? []) : []));
  return {
    method,
    path,
    forms: forms.filter((form) => only.every((each) => each === form)),
    input: run.input,
    headers: run.headers,
    env: run.env,
    answers: run.answers,
    functions: Object.fromEntries([...functions].map(([module, nodes]) => [module, Object.fromEntries(nodes)])),
    expect: run.expect,
  };
}

/** The module that a node stands in, and its id there. */
function placeOf(
  workflow: WorkflowModule,
  [first = '', ...inner]: readonly string[],
  modules: ReadonlyMap<string, WorkflowModule>,
): { readonly module: string; readonly id: string } {
  if (inner.length === 0) return { module: workflow.module, id: first };
  const called = modules.get(workflow.names.workflowName(first));
  if (called === undefined) throw new Error(`No workflow is known for node ${first}`);
  return placeOf(called, inner, modules);
}
