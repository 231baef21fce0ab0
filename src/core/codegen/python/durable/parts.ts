import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { asJson, type Json } from '../../../workflow/json.ts';
import { nodesOf } from '../../../workflow/validate/context.ts';
import type { NodeOf, NodeType } from '../../../workflow/types.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Keyword } from '../syntax/tree.ts';
import type { TriggerParts } from './triggers.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';

/** What a service has beside its durable runs: `parts=[Waiting(approvals_router)]`; nothing where nothing needs it. */
export function partsOf(workflows: readonly WorkflowModule[], triggers: TriggerParts): readonly Keyword[] {
  const waiting = waitingOf(workflows.map(({ plan }) => plan.checked));
  const parts = [...waiting, ...[...triggers.names.values()].map((name) => py.name(name))];
  return parts.length === 0 ? [] : [py.keyword('parts', py.list(parts))];
}

function waitingOf(workflows: readonly CheckedWorkflow[]): readonly Expr[] {
  const routers = [
    ...(hasNode(workflows, 'waitForApproval') ? [py.imported('app.durable.approving', 'approvals_router')] : []),
    ...(hasNode(workflows, 'waitForEvent') ? [eventsRouter(workflows)] : []),
  ];
  return routers.length === 0 ? [] : [py.call(py.imported('app.durable.waits', 'Waiting'), ...routers)];
}

/** `events_router({"paid": [SCHEMA]})`: what nodes want of the payload of each event, for which several may wait. */
function eventsRouter(workflows: readonly CheckedWorkflow[]): Expr {
  const schemas = new Map<string, Json[]>();
  for (const { name, schema } of nodesIn(workflows, 'waitForEvent').map(({ config }) => config))
    schemas.set(name, [...(schemas.get(name) ?? []), ...(schema === undefined ? [] : [asJson(schema)])]);
  const entries = [...schemas].map(([name, wanted]) => py.entry(name, py.literal(distinct(wanted))));
  return py.call(py.imported('app.durable.event_routes', 'events_router'), py.dict(entries));
}

function distinct(schemas: readonly Json[]): readonly Json[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}

/** The variables of the secrets that links to approvals are signed with. */
export function linkSecrets(workflows: readonly CheckedWorkflow[]): readonly string[] {
  return hasNode(workflows, 'approvalLink') ? ['APPROVAL_SECRET'] : [];
}

function hasNode(workflows: readonly CheckedWorkflow[], type: NodeType): boolean {
  return nodesIn(workflows, type).length > 0;
}

function nodesIn<Type extends NodeType>(workflows: readonly CheckedWorkflow[], type: Type): readonly NodeOf<Type>[] {
  return [...new Set(workflows.flatMap(withCalled))].flatMap(({ file }) => nodesOf(file, type));
}
