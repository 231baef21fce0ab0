import type { CheckedWorkflow } from '../../../workflow/checked.ts';
import type { TemplateJson } from '../../../workflow/expressions/syntax.ts';
import { Template } from '../../../workflow/expressions/syntax.ts';
import { pathsOf } from '../../../workflow/expressions/walk.ts';
import { isModelNode } from '../../../workflow/modelNodes.ts';
import { servedInput } from '../../../workflow/servedModel.ts';
import type { TriggerNode } from '../../../workflow/trigger.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import { admission } from '../door/guards.ts';
import type { NodeScope } from '../NodeCodeGenerator.ts';
import { withinLimits } from '../nodes/logic/limits.ts';
import * as py from '../syntax/build.ts';
import type { WorkflowModule } from '../project/workflowModules.ts';
import type { Expr, Identifier, Stmt } from '../syntax/tree.ts';

/** The function that makes a workflow's input of what a client says, and what it takes. */
const fromOpenai = 'from_openai';
const request = 'request';

/** That as expressions read it. */
export const openaiRequest = py.name(request);

const given = py.imported('app.openai_api.requests', 'Given');

/** `from_openai` in the module of a workflow that is served as a model. @param scope that of the trigger */
export function servedInputFunction({ trigger }: CheckedWorkflow, scope: NodeScope): readonly Stmt[] {
  const config = servedAs(trigger);
  if (config === undefined) return [];
  const entries = [...servedInput(config)].map(([name, value]) => py.entry(name, scope.json(value)));
  return [
    py.def(fromOpenai, {
      parameters: [py.parameter(request, given)],
      returns: py.subscript(py.name('dict'), py.tuple([py.name('str'), py.imported('typing', 'Any')])),
      docstring: 'The input, of what a client of the OpenAI API says.',
      body: [py.returned(py.dict(entries))],
    }),
  ];
}

/**
 * The workflow as a model, for the routes of OpenAI's API; undefined when it is not served so.
 * @param guard the constant that says who may ask it
 */
export function servedModel(
  { plan: { checked }, module, names }: WorkflowModule,
  guard: Identifier | undefined,
): Expr | undefined {
  const { trigger } = checked;
  const config = servedAs(trigger);
  if (config === undefined) return undefined;
  const workflow = py.imported('app.workflows', module);
  const options = [
    py.keyword('id', py.literal(config.openai.model)),
    py.keyword('workflow', py.literal(checked.file.name)),
    py.keyword('run', withinLimits(py.attribute(workflow, 'run'), checked)),
    py.keyword('input_model', py.attribute(workflow, names.inputClass)),
    py.keyword('make', py.attribute(workflow, fromOpenai)),
  ];
  if (!seesAllParts(config)) options.push(py.keyword('text_only', py.literal(true)));
  if (takesCallersTools(checked)) options.push(py.keyword('caller_tools', py.literal(true)));
  if (guard !== undefined) {
    options.push(py.keyword('admit', py.attribute(py.name(guard), 'admit')), py.keyword('admitted', admission));
  }
  return py.call(py.imported('app.openai_api.models', 'Model'), ...options);
}

type Config = NodeOf<'httpEndpoint'>['config'];
type ServedConfig = Config & { readonly openai: NonNullable<Config['openai']> };

/** The config of an endpoint that is served as a model. */
export function servedAs(trigger: TriggerNode): ServedConfig | undefined {
  if (trigger.type !== 'httpEndpoint') return undefined;
  const { openai } = trigger.config;
  return openai && { ...trigger.config, openai };
}

/** Whether the last message reaches the workflow with all its parts. */
export function seesAllParts(config: ServedConfig): boolean {
  return [...servedInput(config).values()]
    .flatMap(templatesOf)
    .flatMap(pathsOf)
    .some(({ path }) => path.root === 'input' && ['messages', 'body'].includes(String(path.segments[0]?.key)));
}

function templatesOf(value: TemplateJson): readonly Template[] {
  if (value instanceof Template) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(templatesOf) : [];
}

/** Whether a model of the workflow may call functions of its callers. */
export function takesCallersTools({ file }: CheckedWorkflow): boolean {
  return file.nodes.some((node) => isModelNode(node) && node.config.callerTools === true);
}
