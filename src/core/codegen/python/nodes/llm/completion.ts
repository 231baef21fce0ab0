import { inputOf } from '../../../../workflow/trigger.ts';
import type { Candidate, CompletionType, ModelNode } from '../../../../workflow/modelNodes.ts';
import { asJson } from '../../../../workflow/json.ts';
import { mcpToolsOf } from '../../../../workflow/mcp/tools.ts';
import { sentSchema } from '../../../../workflow/sentSchema.ts';
import { mayAnswerWithCall } from '../../../../workflow/nodes/llm/tools.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import { workflowToolName } from '../../../../workflow/validate/requestedModel.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr, Keyword } from '../../syntax/tree.ts';
import { runtimeOf } from '../../durable/modules.ts';
import { subWorkflowConstant } from '../logic/subWorkflow.py.ts';
import { mcpToolConstant } from './mcpTools.ts';
import { addParameters, sentMessages, takesOneCall } from './completionParameters.ts';
import { Parameters } from './parameters.ts';

type Name = ReturnType<typeof py.imported>;

/** What of the runtime speaks to one provider. Names that providers do not share have to differ, as one module may import them all. */
export interface CompletionPython {
  /** The function that asks the model as a step of a workflow. */
  readonly complete: Name;
  /** The type of a request. */
  readonly request: Name;
  /** The type of an answer. */
  readonly answer: Name;
  readonly provider: ProviderPython;
  /** Which of the providers that the constant holds answers a node; the constant is the provider itself when left out. */
  readonly member?: (node: Candidate) => string;
}

/** A provider in the runtime. */
export interface ProviderPython {
  /** The provider as this project asks it, in the module of what its model calls are made of. */
  readonly constant: Name;
  /** The API that it is asked by, where that is not one of OpenAI's. */
  readonly api?: Name;
  /** What makes it of the APIs that it is asked by, of `parts`, and of `models` where there are some. */
  readonly make: Name;
  /** What speaks for it in tests, where that is none of OpenAI's APIs. */
  readonly simulated?: Name;
  /** The same of the Responses API, where the provider has that too. */
  readonly simulatedResponses?: Name;
  /** What is known of its models, where the runtime has that. */
  readonly models?: Name;
  /** The table of the servers it can be, where it is several. */
  readonly servers?: Name;
  /** The function that asks a model by hand, and a model to show it with. */
  readonly byHand?: { readonly execute: Name; readonly model: string; readonly server?: string };
}

const types = 'app.llm.types';
const answerOf = py.imported(types, 'CompletionOf');
const functionSpec = py.imported(types, 'FunctionSpec');
const functionCall = py.imported(types, 'FunctionCall');
const tool = py.imported('app.llm.tools', 'Tool');
export const ctx = py.name('ctx');

/**
 * A model node becomes one call. What never changes is a constant beside it; only what holds expressions is built per run.
 * Wire names: https://platform.openai.com/docs/api-reference/chat/create
 * @param addOwnParameters adds what only this provider takes, from the keys that its config has for it
 */
export function completionGenerator<Type extends CompletionType>(
  python: CompletionPython,
  addOwnParameters: (request: Parameters, node: NodeOf<Type>) => void = () => {},
): NodeCodeGenerator<Type> {
  return {
    imports: [
      ...[python.complete, python.request, python.answer, python.provider.constant].map(({ name }) => name),
      'with_caller_tools',
      'without_caller_calls',
    ],
    provider: python.provider,
    member: python.member,
    valueType: (node: ModelNode, scope) => {
      const parsed = parsedType(node, scope);
      return parsed === undefined ? python.answer : py.subscript(answerOf, parsed);
    },
    annotates: ({ config }: ModelNode) => typeof config.responseFormat === 'object',
    value: (node: Candidate & NodeOf<Type>, scope) => {
      const { provider, parameters } = asks(node, scope);
      parameters.addExpr('messages', sentMessages(node.config, scope));
      const request = withCallersTools(node, parameters.request(node.id, python.request));
      const tools = toolOptions(node, scope);
      const options = [...stepOptions(node, scope), ...tools];
      const answered =
        tools.length === 0
          ? py.call(python.complete, ctx, request, ...options)
          : py.call(runtimeOf(scope.checked.file).completeWithTools, ctx, provider, request, ...options);
      return leavingCallersCalls(node, py.awaited(answered));
    },
    asks,
    decision: callDecision,
  };

  function asks(node: Candidate & NodeOf<Type>, scope: NodeScope): Asked {
    const parameters = new Parameters(scope);
    addParameters(parameters, node, scope, functionSpec);
    addOwnParameters(parameters, node);
    return { provider: answering(python, node), request: python.request, parameters };
  }
}

const callerTools = 'app.runtime.caller_tools';

/** A request in which a caller's functions are offered as well, at nodes that take them. */
export function withCallersTools({ config }: ModelNode, request: Expr): Expr {
  return config.callerTools === true ? py.call(py.imported(callerTools, 'with_caller_tools'), request) : request;
}

/** An answer that leaves calls of these to the caller. */
export function leavingCallersCalls({ config }: ModelNode, answer: Expr): Expr {
  return config.callerTools === true ? py.call(py.imported(callerTools, 'without_caller_calls'), answer) : answer;
}

/** What a model is asked with: who serves it, the type of its requests, and the parameters, but for the messages. */
export interface Asked {
  readonly provider: Expr;
  readonly request: Expr;
  readonly parameters: Parameters;
}

/** A model's call of a function decides which way a run goes on. */
export const callDecision = {
  type: py.union(functionCall, py.literal(null)),
  whenTrue: 1,
  hint: 'call',
  tests: (_node: unknown, _scope: NodeScope, result: Expr) => ({
    before: [],
    ways: [{ way: 1, test: py.subscript(result, 'function_call') }],
  }),
} as const;

/** What a model call is told of its step. */
export function stepOptions(node: ModelNode, scope: NodeScope): readonly Keyword[] {
  const options = [py.keyword('node', py.literal(node.id))];
  if (takesOneCall(node, scope)) options.push(py.keyword('one_call', py.literal(true)));
  if (scope.streamed) options.push(py.keyword('streamed', py.attribute(ctx, 'streaming')));
  return options;
}

/** The tools that a node's model has, and how often it may ask for them; nothing where there are none. */
export function toolOptions(node: ModelNode, scope: NodeScope): readonly Keyword[] {
  const connected = scope.checked.graph.tools.get(node.id) ?? [];
  const tools = [
    ...connected.map((each) => toolConstant(each, scope)),
    ...mcpToolsOf(scope.checked, node).map((each) => mcpToolConstant(each, node, scope)),
  ];
  if (tools.length === 0) return [];
  return [py.keyword('tools', py.list(tools)), py.keyword('max_tool_rounds', py.literal(node.config.maxToolRounds))];
}

/** The provider that answers a node. */
function answering({ provider, member }: CompletionPython, node: Candidate): Expr {
  return member === undefined ? provider.constant : py.subscript(provider.constant, member(node));
}

/** The type of the JSON that the model answers, where a schema says it. */
export function parsedType(node: ModelNode, scope: NodeScope): Expr | undefined {
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
          py.literal(asJson(sentSchema(inputOf(called.trigger)))),
          py.attribute(subWorkflowConstant(node, scope), 'call_as_tool'),
          py.keyword('node', py.literal(node)),
        );
  return scope.constant(`${node} tool`, undefined, made);
}
