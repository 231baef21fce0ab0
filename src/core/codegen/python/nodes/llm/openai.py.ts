import { Template } from '../../../../workflow/expressions/syntax.ts';
import { asJson } from '../../../../workflow/json.ts';
import { mayAnswerWithCall } from '../../../../workflow/nodes/configs/llm.ts';
import { sentFormat, sentSchema } from '../../../../workflow/sentSchema.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { apiOf, modelBehind, workflowToolName } from '../../../../workflow/validate/requestedModel.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import { subWorkflowConstant } from '../logic/subWorkflow.py.ts';
import { conversation, messagesFrom } from './prompt.py.ts';
import { Parameters } from './parameters.ts';

type Config = NodeOf<'openaiCompletion'>['config'];
type Declaration = Config['functions'][number];

const module = 'app.nodes.llm.openai';
const complete = py.imported(module, 'complete');
const completion = py.imported(module, 'OpenAICompletion');
const completionOf = py.imported(module, 'CompletionOf');
const configType = py.imported(module, 'OpenAIConfig');
const functionSpec = py.imported(module, 'FunctionSpec');
const completeWithTools = py.imported('app.llm.tool_loop', 'complete_with_tools');
const tool = py.imported('app.llm.tools', 'Tool');
const ctx = py.name('ctx');

/**
 * A completion becomes one call. What never changes is a constant beside it; only what holds expressions is built per run.
 * Wire names: https://platform.openai.com/docs/api-reference/chat/create
 */
export const openaiCompletion: NodeCodeGenerator<'openaiCompletion'> = {
  awaits: true,
  valueType: (node, scope) => {
    const parsed = parsedType(node, scope);
    return parsed === undefined ? completion : py.subscript(completionOf, parsed);
  },
  annotates: ({ config }) => typeof config.responseFormat === 'object',
  value: (node, scope) => {
    const { constant, dynamic } = parametersOf(node, scope);
    const config = constant.length === 0 ? undefined : scope.constant(node.id, configType, py.dict(constant));
    const request =
      config === undefined
        ? py.dict(dynamic)
        : dynamic.length === 0
          ? config
          : py.dict([py.spread(config), ...dynamic]);
    const options = [py.keyword('node', py.literal(node.id))];
    if (scope.streamed) options.push(py.keyword('streamed', py.attribute(ctx, 'streaming')));
    const tools = scope.checked.graph.tools.get(node.id) ?? [];
    if (tools.length === 0) return py.awaited(py.call(complete, ctx, request, ...options));
    options.push(py.keyword('tools', py.list(tools.map((each) => toolConstant(each, scope)))));
    options.push(py.keyword('max_tool_rounds', py.literal(node.config.maxToolRounds)));
    return py.awaited(py.call(completeWithTools, ctx, request, ...options));
  },
  decision: {
    type: py.union(py.imported(module, 'FunctionCall'), py.literal(null)),
    whenTrue: 1,
    hint: 'call',
    value: (_node, _scope, result) => py.subscript(result, 'function_call'),
  },
};

/** The type of the JSON that the model answers, where a schema says it. */
function parsedType(node: NodeOf<'openaiCompletion'>, scope: NodeScope): Expr | undefined {
  const { responseFormat: format } = node.config;
  if (typeof format !== 'object') return undefined;
  // A name that was not chosen says less than the node's.
  const type = scope.answerType(format.schema, format.name === 'answer' ? node.id : format.name);
  return mayAnswerWithCall(node.config) ? py.union(type, py.literal(null)) : type;
}

/** What the model may call: a function, which says itself what it takes, or a workflow, whose file says it. */
function toolConstant(node: string, scope: NodeScope): Expr {
  const called = scope.checked.calls.get(node);
  const made =
    called === undefined
      ? py.call(py.attribute(tool, 'of'), scope.functionOf(node), py.keyword('node', py.literal(node)))
      : py.call(
          tool,
          py.literal(workflowToolName(called)),
          py.literal(called.file.description),
          py.literal(asJson(sentSchema(called.trigger.config.inputSchema))),
          py.attribute(subWorkflowConstant(node, scope), 'call_as_tool'),
          py.keyword('node', py.literal(node)),
        );
  return scope.constant(`${node} tool`, undefined, made);
}

/** The request's parameters by wire name, those that are the same in every run apart from those that are not. */
function parametersOf(node: NodeOf<'openaiCompletion'>, scope: NodeScope): Parameters {
  const { config } = node;
  const request = new Parameters(scope);
  request.add('model', config.model);
  request.add('base_model', config.baseModel);
  const api =
    modelBehind(node) === undefined && config.model.constant === undefined ? config.api : apiOf(scope.checked, node);
  // Without it, the runtime calls Chat Completions.
  if (api !== 'chat') request.add('api', api);
  request.add('max_tokens', config.maxTokens);
  request.add('temperature', config.temperature);
  request.add('top_p', config.topP);
  request.add('stop', config.stop);
  request.add('seed', config.seed);
  request.add('presence_penalty', config.presencePenalty);
  request.add('frequency_penalty', config.frequencyPenalty);
  request.add('logprobs', config.logprobs);
  request.add('top_logprobs', config.topLogprobs);
  request.add('logit_bias', config.logitBias);
  request.add('user', config.user);
  request.add('safety_identifier', config.safetyIdentifier);
  request.add('service_tier', config.serviceTier);
  request.add('store', config.store);
  request.addJson('metadata', config.metadata);
  request.add('reasoning_effort', config.reasoningEffort);
  request.add('verbosity', config.verbosity);
  if (config.prediction !== undefined) {
    request.addExpr('prediction', typedDict('content', py.entry('content', scope.text(config.prediction))));
  }
  request.add('prompt_cache_key', config.promptCacheKey);
  request.add('prompt_cache_retention', config.promptCacheRetention);
  if (config.responseFormat !== 'text') request.addExpr('response_format', responseFormat(config.responseFormat));
  const specs = (given: readonly Declaration[]): readonly Expr[] =>
    given.map(({ parameters, ...spec }) => {
      const sent = parameters === undefined ? spec : { ...spec, parameters: sentSchema(parameters) };
      return scope.constant(spec.name, functionSpec, py.literal(asJson(sent)));
    });
  if (config.functions.length > 0) request.addExpr('functions', py.list(specs(config.functions)));
  request.add('function_call', config.functionCall);
  if (config.tools.length > 0) {
    const tools = specs(config.tools).map((spec) => typedDict('function', py.entry('function', spec)));
    request.addExpr('tools', py.list(tools));
  }
  const choice = config.toolChoice;
  if (typeof choice === 'string') request.add('tool_choice', choice);
  else if (choice !== undefined) {
    request.addExpr('tool_choice', typedDict('function', py.entry('function', py.literal(asJson(choice)))));
  }
  request.add('parallel_tool_calls', config.parallelToolCalls);
  const { timeout } = config;
  if (typeof timeout === 'object') {
    const { connect, firstByte, idle, total } = timeout;
    const phases = Object.entries({ connect, first_byte: firstByte, idle, total });
    request.add('timeout', asJson(Object.fromEntries(phases.filter(([, limit]) => limit !== undefined))));
  } else {
    request.add('timeout', timeout);
  }
  request.add('max_retries', config.maxRetries);
  request.addJson('extra_body', config.extra);
  request.addExpr('messages', messages(config, scope));
  return request;
}

function typedDict(type: string, ...entries: readonly ReturnType<typeof py.entry>[]): Expr {
  return py.dict([py.entry('type', py.literal(type)), ...entries]);
}

function responseFormat(format: Exclude<Config['responseFormat'], 'text'>): Expr {
  if (format === 'json_object') return py.literal(format);
  const { schema, strict } = sentFormat(format);
  return py.literal({ type: 'json_schema', json_schema: { name: format.name, strict, schema: asJson(schema) } });
}

function messages(config: Config, scope: NodeScope): Expr {
  const before: Expr[] = [];
  if (config.systemPrompt !== undefined) before.push(message('system', scope.text(config.systemPrompt)));
  if (config.prompt !== undefined) return py.list([...before, message('user', scope.text(config.prompt))]);
  if (config.messages instanceof Template) {
    const given = messagesFrom(config.messages, scope);
    return before.length === 0 ? given : py.list([...before, py.starred(given)]);
  }
  return py.list([...before, ...conversation(config.messages ?? [], scope)]);
}

function message(role: 'system' | 'user', content: Expr): Expr {
  return py.dict([py.entry('role', py.literal(role)), py.entry('content', content)]);
}
