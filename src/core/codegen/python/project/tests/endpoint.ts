import { endpointOf as endpointOfTrigger, type Endpoint } from '../../../../workflow/trigger.ts';
import { modulePath } from '../../syntax/names.ts';
import * as py from '../../syntax/build.ts';
import { bodyOf } from '../../../../workflow/nodes/requestBody.ts';
import type { Expr, Keyword, Stmt } from '../../syntax/tree.ts';
import { declaredVariables } from '../declaredVariables.ts';
import type { WorkflowModule } from '../workflowModules.ts';

const serviceModule = 'tests.service';
const alone = py.name('APP');

/** Where the tests of a workflow ask it. One that is only called has no route of its own, and nobody listens to it. */
export function endpointOf({ plan, isRouted }: WorkflowModule): Omit<Endpoint, 'inputSchema'> {
  return isRouted ? endpointOfTrigger(plan.checked.trigger) : { method: 'POST', path: '/', stream: 'never' };
}

/** How a test says that its input is sent neither as JSON nor as the query of a GET. */
export function carriedBy({ method, body }: Pick<Endpoint, 'method' | 'body'>): readonly Keyword[] {
  return body === undefined || body === bodyOf({ method }) ? [] : [py.keyword('body', py.literal(body))];
}

/** The application that serves a workflow to its tests. */
export function applicationOf({ isRouted }: WorkflowModule): Expr {
  return isRouted ? py.imported('app.main', 'app') : alone;
}

/** Of a workflow that is only called: an application of its own, and the fixture that starts it. */
export function servedAlone({ plan, module, names, isRouted }: WorkflowModule): readonly Stmt[] {
  if (isRouted) return [];
  const path = modulePath(modulePath('app.workflows'), module);
  const env = declaredVariables([plan.checked]);
  const made = py.call(
    py.imported(serviceModule, 'serving'),
    py.imported(path, 'run'),
    py.imported(path, names.inputClass),
    ...(env.length === 0 ? [] : [py.keyword('env', py.literal(env))]),
  );
  const fixture = py.def('service', {
    decorators: [py.attribute(py.importedModule('pytest'), 'fixture')],
    parameters: [py.parameter('start_service', py.imported(serviceModule, 'StartService'))],
    returns: py.imported(serviceModule, 'Service'),
    docstring: 'The workflow alone, without those that call it.',
    body: [py.returned(py.call(py.name('start_service'), alone))],
  });
  return [py.assign(alone, made), fixture];
}
