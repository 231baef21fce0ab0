import { remembered } from '../../../workflow/servedModel.ts';
import { admission } from '../door/guards.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import * as py from '../syntax/build.ts';
import type { Scope } from '../syntax/names.ts';
import type { Identifier, Stmt } from '../syntax/tree.ts';

const module = 'app.websocket.endpoint';

/**
 * The WebSocket of a workflow that takes one, at the path of its route.
 * @param constants gets what the route is told
 * @param guard the constant that says who may come in
 */
export function socketRoute(
  { plan: { checked }, module: workflowModule, names: own }: WorkflowModule,
  names: Scope,
  constants: Stmt[],
  guard?: Identifier,
): readonly Stmt[] {
  const { trigger } = checked;
  if (trigger.type !== 'websocketEndpoint') return [];
  const { path, maxRuns, conversation, inputSchema } = trigger.config;
  const workflow = py.imported('app.workflows', workflowModule);
  const options = [
    py.keyword('workflow', py.literal(checked.file.name)),
    py.keyword('run', withinLimits(py.attribute(workflow, 'run'), checked)),
    py.keyword('input_model', py.attribute(workflow, own.inputClass)),
    py.keyword('max_runs', py.literal(maxRuns)),
  ];
  const found = conversation && remembered(inputSchema);
  if (conversation && found) {
    const memory = [found.text, found.history, conversation.maxMessages].map((each) => py.literal(each));
    options.push(py.keyword('memory', py.call(py.imported(module, 'Memory'), ...memory)));
  }
  if (guard !== undefined) options.push(py.keyword('guard', py.name(guard)), py.keyword('admitted', admission));
  const socket = names.constant(`${trigger.id} socket`);
  constants.push(py.assign(py.name(socket), py.call(py.imported(module, 'WebSocketEndpoint'), ...options)));
  const register = py.attribute(py.name('router'), 'add_websocket_route');
  return [py.statement(py.call(register, py.literal(path), py.attribute(py.name(socket), 'serve')))];
}
