import { inputOf } from '../../../workflow/trigger.ts';
import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import { asJson } from '../../../workflow/json.ts';
import { meaningOf, typesOf, type JsonSchema } from '../../../workflow/jsonSchema.ts';
import { sentSchema } from '../../../workflow/sentSchema.ts';
import { answerType } from '../../../workflow/validate/answerType.ts';
import { admission } from '../door/guards.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Identifier } from '../syntax/tree.ts';

/** Whether clients of MCP may call the workflow. */
export function servesTool({ trigger }: CheckedWorkflow): boolean {
  return trigger.type === 'httpEndpoint' && trigger.config.mcp !== undefined;
}

/**
 * The workflow as a tool of the MCP server; undefined when it is not served so.
 * @param guard the constant that says who may call it
 */
export function servedTool(
  { plan: { checked }, module, names }: WorkflowModule,
  guard: Identifier | undefined,
): Expr | undefined {
  const { file, trigger } = checked;
  const mcp = trigger.type === 'httpEndpoint' ? trigger.config.mcp : undefined;
  if (mcp === undefined) return undefined;
  const workflow = py.imported('app.workflows', module);
  const options = [
    py.keyword('name', py.literal(mcp.tool)),
    py.keyword('description', py.literal(mcp.description ?? file.description)),
    py.keyword('workflow', py.literal(file.name)),
    py.keyword('run', withinLimits(py.attribute(workflow, 'run'), checked)),
    py.keyword('input_model', py.attribute(workflow, names.inputClass)),
    py.keyword('takes', py.literal(asJson(sentSchema(inputOf(trigger))))),
    ...given(checked),
  ];
  if (guard !== undefined) options.push(py.keyword('guard', py.name(guard)), py.keyword('admitted', admission));
  return py.call(py.imported('app.mcp_server.server', 'Tool'), ...options);
}

/** What is known of what the tool gives. Clients hold an answer against it, so that a guess would do harm. */
function given(checked: CheckedWorkflow): readonly ReturnType<typeof py.keyword>[] {
  const schema = answerType(checked);
  if (!isKnown(schema)) return [];
  const isObject = typesOf(schema).join() === 'object';
  return [
    py.keyword('gives', py.literal(asJson(schema))),
    ...(isObject ? [] : [py.keyword('wraps', py.literal(true))]),
  ];
}

function isKnown(schema: JsonSchema): boolean {
  const meant = meaningOf(schema);
  if (meant.anyOf !== undefined) return meant.anyOf.every(isKnown);
  return typesOf(schema).length > 0;
}
