import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { candidatesOf, isModelNode } from '../../../workflow/modelNodes.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Stmt } from '../syntax/tree.ts';

/** What a service can be built with for those who operate it. */
export const serviceParts = ['metrics', 'access-log', 'reload', 'workers'] as const;

export type ServicePart = (typeof serviceParts)[number];

/** Whether a part is one for those who operate a service. */
export function isServicePart(part: string): part is ServicePart {
  return serviceParts.some((known) => known === part);
}

const modules = {
  metrics: 'app.runtime.metrics',
  'access-log': 'app.runtime.access_log',
  reload: 'app.runtime.reloading',
  workers: 'app.runtime.workers',
} as const;

/** What is found by its name, so that nothing imports it. */
export function startedParts(parts: readonly ServicePart[]): readonly string[] {
  return [
    ...(parts.includes('workers') ? [`from ${modules.workers} import supervise`] : []),
    // Metrics count the requests that it tells of.
    ...(parts.includes('metrics') ? [`from ${modules['access-log']} import AccessLog`] : []),
  ];
}

/** The modules of the runtime whose settings a service with these parts has. */
export function partSettings(parts: readonly ServicePart[]): readonly string[] {
  return parts
    .filter((part) => part !== 'workers')
    .map((part) => `${modules[part].replaceAll('.', '/')}.py`)
    .toSorted();
}

/** The statements of `app/routes.py` that bring them in, after what the service asks is known. */
export function partRoutes(parts: readonly ServicePart[], workflows: readonly CheckedWorkflow[]): readonly Stmt[] {
  const routers: readonly (readonly [ServicePart, () => Expr])[] = [
    ['access-log', () => py.call(py.imported(modules['access-log'], 'access_log'))],
    ['metrics', () => py.call(py.imported(modules.metrics, 'metrics'), py.literal(namedModels(workflows)))],
    ['reload', () => py.call(py.imported(modules.reload, 'reloading'), py.name('SERVERS'))],
  ];
  return routers
    .filter(([part]) => parts.includes(part))
    .map(([, router]) => py.statement(py.call(py.attribute(py.name('router'), 'include_router'), router())));
}

/** The models that workflows name; which others are asked is decided by runs, and by those who ask for them. */
function namedModels(workflows: readonly CheckedWorkflow[]): readonly string[] {
  const nodes = workflows.flatMap(withCalled).flatMap(({ file }) => file.nodes);
  const named = nodes.flatMap((node) => {
    if (node.type === 'embeddingGenerate') return node.config.model.constant ?? [];
    return isModelNode(node) ? candidatesOf(node).flatMap(({ config }) => config.model.constant ?? []) : [];
  });
  return [...new Set(named)].toSorted();
}
