import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { endpointOf } from '../../../workflow/trigger.ts';
import { declaredCredentials, declaredSecrets, declaredVariables } from '../project/declaredVariables.ts';
import { sampleObject, whyNoSample } from '../project/sample.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';
import { takenAgain, waitingNodes } from './workflowsModule.ts';

const text = py.name('str');
const row = py.subscript(py.name('dict'), py.tuple([text, py.imported('typing', 'Any')]));

/** `tests/test_batches.py`: rows of each workflow, and what becomes of a batch that was cut off. */
export function batchTests(workflows: readonly WorkflowModule[]): string {
  const checked = workflows
    .map(({ plan }) => plan.checked)
    .filter((each) => waitingNodes(each).length === 0)
    .filter(({ trigger }) => whyNoSample(endpointOf(trigger).inputSchema) === undefined);
  const reached = checked.filter(reachesNothing);
  return printModule(
    py.moduleOf(
      [
        ...rowsOf('ROWS', checked, 'test_rows_are_checked', 'check_refusal', []),
        ...rowsOf('ASKED', reached, 'test_a_batch_goes_on', 'check_going_on', [
          py.call(
            py.attribute(py.attribute(py.importedModule('pytest'), 'mark'), 'usefixtures'),
            py.literal('environment'),
          ),
        ]),
      ],
      'Batches of each workflow: rows that do not fit, and a batch that was cut off.',
    ),
  ).text;
}

/** Whether a test can run it as it is: it reaches nothing but models, and reads nothing that only its operator knows. */
function reachesNothing(checked: CheckedWorkflow): boolean {
  const declared = [declaredVariables([checked]), declaredSecrets([checked]), declaredCredentials([checked])];
  return takenAgain(checked).length === 0 && declared.every(({ length }) => length === 0);
}

function rowsOf(
  constant: 'ROWS' | 'ASKED',
  workflows: readonly CheckedWorkflow[],
  test: 'test_rows_are_checked' | 'test_a_batch_goes_on',
  check: 'check_refusal' | 'check_going_on',
  decorators: readonly Expr[],
): readonly Stmt[] {
  if (workflows.length === 0) return [];
  const rows = workflows.map(({ file, trigger }) =>
    py.entry(py.literal(file.name), py.literal(sampleObject(endpointOf(trigger).inputSchema))),
  );
  const each = py.call(
    py.attribute(py.attribute(py.importedModule('pytest'), 'mark'), 'parametrize'),
    py.literal('workflow'),
    py.name(constant),
  );
  const workflow = py.name('workflow');
  return [
    py.assign(py.name(constant), py.dict(rows), { annotation: py.subscript(py.name('dict'), py.tuple([text, row])) }),
    py.def(test, {
      decorators: [...decorators, each],
      parameters: [py.parameter('workflow', text), py.parameter('tmp_path', py.imported('pathlib', 'Path'))],
      returns: py.literal(null),
      body: [
        py.statement(
          py.call(
            py.imported('tests.batches', check),
            workflow,
            py.subscript(py.name(constant), workflow),
            py.name('tmp_path'),
          ),
        ),
      ],
    }),
  ];
}
