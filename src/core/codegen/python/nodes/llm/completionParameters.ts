import { Template } from '../../../../workflow/expressions/syntax.ts';
import { asJson } from '../../../../workflow/json.ts';
import { providerOf, strictnessOf, type Candidate, type ModelNode } from '../../../../workflow/modelNodes.ts';
import type { Strictness } from '../../../../workflow/models/provider.ts';
import type { AskedConfig, CompletionConfig } from '../../../../workflow/nodes/llm/config.ts';
import { mayAnswerWithCall, type FunctionDeclaration } from '../../../../workflow/nodes/llm/tools.ts';
import { sentFormat, sentSchema } from '../../../../workflow/sentSchema.ts';
import { modelBehind, requestedApi } from '../../../../workflow/validate/requestedModel.ts';
import type { NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import { cacheEntry, conversation, messagesFrom } from './prompt.py.ts';
import type { Parameters } from './parameters.ts';

/**
 * Adds what a node's config says of the request, by wire name, but for the messages.
 * @param functionSpec the type of a declared function
 */
export function addParameters(request: Parameters, node: Candidate, scope: NodeScope, functionSpec: Expr): void {
  const { config } = node;
  request.add('model', config.model);
  request.add('base_model', config.baseModel);
  const api = requestedApi(scope.checked, node);
  // Without it, the runtime calls the one API, or Chat Completions where there are two.
  if (api !== (providerOf(node).api ?? 'chat')) request.add('api', api);
  request.add('max_tokens', config.maxTokens);
  addSampling(request, config);
  addAccount(request, config);
  request.add('reasoning_effort', config.reasoningEffort);
  request.add('reasoning_format', config.reasoningFormat);
  if (config.showReasoning) request.add('show_reasoning', true);
  request.add('verbosity', config.verbosity);
  if (config.prediction !== undefined)
    request.addExpr('prediction', typedDict('content', py.entry('content', scope.text(config.prediction))));
  request.add('prompt_cache_key', config.promptCacheKey);
  request.add('prompt_cache_retention', config.promptCacheRetention);
  if (config.responseFormat !== 'text')
    request.addExpr('response_format', responseFormat(config.responseFormat, strictnessOf(node)));
  addTools(request, node, scope, functionSpec);
  addTimeout(request, config.timeout);
  request.add('max_retries', config.maxRetries);
  request.addJson('extra_body', config.extra);
}

function addSampling(request: Parameters, config: CompletionConfig): void {
  request.add('temperature', config.temperature);
  request.add('top_p', config.topP);
  request.add('stop', config.stop);
  request.add('seed', config.seed);
  request.add('presence_penalty', config.presencePenalty);
  request.add('frequency_penalty', config.frequencyPenalty);
  request.add('logprobs', config.logprobs);
  request.add('top_logprobs', config.topLogprobs);
  request.add('logit_bias', config.logitBias);
}

function addAccount(request: Parameters, config: CompletionConfig): void {
  request.add('user', config.user);
  request.add('safety_identifier', config.safetyIdentifier);
  request.add('service_tier', config.serviceTier);
  request.add('store', config.store);
  request.addJson('metadata', config.metadata);
}

/**
 * Whether the run goes on with one call: along `function_call`, and unless its file wants several. What the model calls
 * besides would be lost.
 */
export function takesOneCall({ id, config }: ModelNode, { checked }: NodeScope): boolean {
  return (
    config.parallelToolCalls !== true &&
    mayAnswerWithCall(config) &&
    checked.file.edges.some(
      ({ source, sourceHandle, targetHandle }) =>
        source === id && sourceHandle === 'function_call' && targetHandle !== 'tool',
    )
  );
}

function addTools(request: Parameters, node: Candidate, scope: NodeScope, functionSpec: Expr): void {
  const { config } = node;
  const specs = (given: readonly FunctionDeclaration[]): readonly Expr[] =>
    given.map(({ parameters, ...spec }) => {
      const sent = parameters === undefined ? spec : { ...spec, parameters: sentSchema(parameters) };
      return scope.constant(spec.name, functionSpec, py.literal(asJson(sent)));
    });
  if (config.functions.length > 0) request.addExpr('functions', py.list(specs(config.functions)));
  request.add('function_call', config.functionCall);
  if (config.tools.length > 0) {
    const declared = config.tools.map((tool) => {
      const { cacheControl: _, ...rest } = tool;
      return rest;
    });
    const tools = specs(declared).map((spec, index) =>
      typedDict('function', py.entry('function', spec), ...cacheEntry(config.tools[index]?.cacheControl)),
    );
    request.addExpr('tools', py.list(tools));
  }
  const choice = config.toolChoice;
  if (typeof choice === 'string') request.add('tool_choice', choice);
  else if (choice !== undefined)
    request.addExpr('tool_choice', typedDict('function', py.entry('function', py.literal(asJson(choice)))));
  // Models that are not known may be of servers that refuse what they do not have.
  const oneAtATime = takesOneCall(node, scope) && modelBehind(node)?.parallelToolCalls === true ? false : undefined;
  request.add('parallel_tool_calls', config.parallelToolCalls ?? oneAtATime);
}

/** Seconds for the whole, or for its phases. */
export function addTimeout(request: Parameters, timeout: CompletionConfig['timeout']): void {
  if (typeof timeout !== 'object') {
    request.add('timeout', timeout);
    return;
  }
  const { connect, firstByte, idle, total } = timeout;
  const phases = Object.entries({ connect, first_byte: firstByte, idle, total });
  request.add('timeout', asJson(Object.fromEntries(phases.filter(([, limit]) => limit !== undefined))));
}

function typedDict(type: string, ...entries: readonly ReturnType<typeof py.entry>[]): Expr {
  return py.dict([py.entry('type', py.literal(type)), ...entries]);
}

function responseFormat(format: Exclude<CompletionConfig['responseFormat'], 'text'>, strictness: Strictness): Expr {
  if (format === 'json_object') return py.literal(format);
  const { schema, strict } = sentFormat(format, strictness);
  return py.literal({ type: 'json_schema', json_schema: { name: format.name, strict, schema: asJson(schema) } });
}

/** The messages that a node sends, its prompts included. */
export function sentMessages(config: AskedConfig, scope: NodeScope): Expr {
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
