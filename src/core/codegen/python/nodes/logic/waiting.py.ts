import { asJson } from '../../../../workflow/json.ts';
import type { NodeCodeGenerator } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';

const approvals = 'app.durable.approvals';
const settings = ['app/durable/waiting_settings.py'] as const;
const ctx = py.name('ctx');

/** The approval is a constant; what is asked is given to it. */
export const waitForApproval: NodeCodeGenerator<'waitForApproval'> = {
  callsOut: true,
  imports: ['Approval', 'Decision'],
  settings,
  valueType: () => py.imported(approvals, 'Decision'),
  annotates: () => false,
  value: ({ id, config: { message, timeout, onTimeout, form } }, scope) => {
    const made = py.call(
      py.imported(approvals, 'Approval'),
      py.literal(id),
      py.keyword('timeout', py.literal(timeout)),
      ...(onTimeout === 'fail' ? [] : [py.keyword('on_timeout', py.literal(onTimeout))]),
      ...(form === undefined ? [] : [py.keyword('form', py.literal(asJson(form)))]),
    );
    return awaited(scope.constant(id, undefined, made), 'wait', scope.text(message));
  },
  decision: {
    type: py.name('bool'),
    whenTrue: 0,
    tests: (_node, _scope, result) => ({
      before: [],
      ways: [{ way: 0, test: py.subscript(result, 'approved') }],
    }),
  },
};

export const approvalLink: NodeCodeGenerator<'approvalLink'> = {
  callsOut: true,
  imports: ['ApprovalLink'],
  settings,
  valueType: () => py.name('str'),
  annotates: () => false,
  value: ({ id, config: { approval, by } }, scope) => {
    const made = py.call(py.imported(approvals, 'ApprovalLink'), py.literal(id), py.literal(approval));
    const given = by === undefined ? [] : [scope.text(by)];
    return awaited(scope.constant(id, undefined, made), 'make', ...given);
  },
};

export const waitForEvent: NodeCodeGenerator<'waitForEvent'> = {
  callsOut: true,
  imports: ['AwaitedEvent', 'EventWait'],
  settings,
  valueType: () => py.imported('app.durable.awaited_events', 'AwaitedEvent'),
  annotates: () => false,
  value: ({ id, config: { name, key, timeout, onTimeout, default: stand } }, scope) => {
    const made = py.call(
      py.imported('app.durable.awaited_events', 'EventWait'),
      py.literal(id),
      py.literal(name),
      py.keyword('timeout', py.literal(timeout)),
      ...(onTimeout === 'fail' ? [] : [py.keyword('goes_on', py.literal(true))]),
    );
    const given = onTimeout === 'fail' || stand === undefined ? [] : [scope.json(stand)];
    return awaited(scope.constant(id, undefined, made), 'wait', scope.text(key), ...given);
  },
};

function awaited(constant: Expr, method: 'wait' | 'make', ...given: readonly Expr[]): Expr {
  return py.awaited(py.call(py.attribute(constant, method), ctx, ...given));
}
