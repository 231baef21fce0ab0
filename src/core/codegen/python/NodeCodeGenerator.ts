import type { CheckedWorkflow } from '../../workflow/checked.ts';
import type { JsonSchema } from '../../workflow/jsonSchema.ts';
import type { Expression, Template, TemplateJson } from '../../workflow/expressions/syntax.ts';
import type { Candidate } from '../../workflow/modelNodes.ts';
import type { NodeOf, NodeType } from '../../workflow/types.ts';
import { anthropicCompletion } from './nodes/llm/anthropic.py.ts';
import { loop, repeat } from './nodes/logic/loop.py.ts';
import { condition } from './nodes/logic/condition.py.ts';
import { subWorkflow } from './nodes/logic/subWorkflow.py.ts';
import {
  httpEndpoint,
  queueConsumer,
  scheduledTask,
  webhookReceiver,
  websocketEndpoint,
} from './nodes/http/endpoint.py.ts';
import type { Asked, ProviderPython } from './nodes/llm/completion.ts';
import { embeddingGenerate } from './nodes/llm/embeddings.py.ts';
import { azureOpenaiCompletion, compatibleCompletion, groqCompletion } from './nodes/llm/providers.py.ts';
import { delay } from './nodes/logic/delay.py.ts';
import { approvalLink, waitForApproval, waitForEvent } from './nodes/logic/waiting.py.ts';
import { enqueue } from './nodes/logic/enqueue.py.ts';
import { switchNode } from './nodes/logic/switch.py.ts';
import { openaiCompletion } from './nodes/llm/openai.py.ts';
import { promptTemplate } from './nodes/llm/prompt.py.ts';
import { llmRouter } from './nodes/llm/router.py.ts';
import { pythonFunction } from './nodes/code/function.py.ts';
import { response } from './nodes/http/response.py.ts';
import { graphqlQuery } from './nodes/outside/graphqlQuery.py.ts';
import { httpRequest } from './nodes/outside/httpRequest.py.ts';
import { conversation } from './nodes/outside/conversation.py.ts';
import { postgresQuery, sqliteQuery } from './nodes/outside/query.py.ts';
import { redisOperation } from './nodes/outside/redis.py.ts';
import { loadDocuments, splitText } from './nodes/retrieval/documents.py.ts';
import { qdrantSearch, qdrantUpsert } from './nodes/retrieval/qdrant.py.ts';
import { editFields } from './nodes/transforms/fields.py.ts';
import { aggregate, filterArray, sortArray } from './nodes/transforms/items.py.ts';
import { jsonTransform, validate } from './nodes/transforms/values.py.ts';
import { log, metrics } from './nodes/utilities/telling.py.ts';
import { cryptoGenerate } from './nodes/utilities/crypto.py.ts';
import { rateLimit } from './nodes/utilities/rateLimit.py.ts';
import type { Compiled } from './workflow/compiled.ts';
import type { Expr, Identifier, Stmt } from './syntax/tree.ts';

/** What a generator can ask for while it lowers one node. */
export interface NodeScope {
  /** The value of a template: a string that is one expression keeps its value's type. */
  value(template: Template): Expr;
  /** The value of a template, with what is known of it. */
  compiled(template: Template): Compiled;
  /** The text of a template: anything that is no string is written as JSON. */
  text(template: Template): Expr;
  /** JSON with its templates filled in. */
  json(value: TemplateJson): Expr;
  /** The truth of a template; a boolean where it is kept, and not only tested. */
  test(template: Template, isKept: boolean): Expr;
  /** Whether the value of an expression, worked out already as `code` where it is given, equals a constant. */
  equals(expression: Expression, code: Expr | undefined, constant: string | number | boolean | null): Expr;
  /** A name for something that the node works out on its way. */
  local(hint: string): Identifier;
  /** Puts a constant at the top of the module, named after `hint` in capitals; equal ones are shared. */
  constant(hint: string, annotation: Expr | undefined, value: Expr): Expr;
  /** The name under which the function of a `pythonFunction` node can be called. */
  functionOf(node: string): Expr;
  /** The module of the workflow that a `subWorkflow` node calls. */
  workflowOf(node: string): Expr;
  /** The name of that module. */
  workflowName(node: string): string;
  /** The type of values that fit the schema of a model's answer; `hint` names the classes that it needs. */
  answerType(schema: JsonSchema, hint: string): Expr;
  /** What a loop goes through; objects of models stay such. Whether it is surely a list, and how long it is at most. */
  items(template: Template): { readonly code: Expr; readonly isList: boolean; readonly mostItems: number | undefined };
  /** The type of its items. */
  itemType(template: Template): Expr;
  /** What the body of a loop gives in a round; None where a round does not come to that. */
  result(): Expr;
  /** The type of that. */
  resultType(): Expr;
  /** What a model is asked with, as the node type of its provider says. */
  asks(candidate: Candidate): Asked;
  readonly checked: CheckedWorkflow;
  /** The node's text goes to a streaming caller as it arrives. */
  readonly streamed: boolean;
}

/** How one node type becomes Python. */
export interface NodeCodeGenerator<T extends NodeType> {
  /** Running the node does something, or may end the run, also where nobody reads its value. */
  readonly acts?: boolean;
  /** The node calls what is not its workflow's own: a function, a workflow, another service. Tests let something stand in for it. */
  readonly callsOut?: boolean;
  /** Who answers the node's model calls, at nodes that make some. */
  readonly provider?: ProviderPython;
  /** Which of several providers answers a node; see `CompletionPython`. */
  readonly member?: ((node: Candidate) => string) | undefined;
  /** What a model of the node's provider is asked with, by the node or by a router; at nodes that ask one. */
  readonly asks?: (candidate: Candidate, scope: NodeScope) => Asked;
  /** The modules of the runtime that have settings for such nodes. */
  readonly settings?: readonly string[];
  /** What the runs of a process share for such nodes; it is made when the service starts, which looks at its settings. */
  readonly shared?: Expr & { readonly kind: 'name' };
  /** Names that only modules with such a node import; nothing of a workflow may be called so. */
  readonly imports?: readonly string[];
  /** The expression that runs the node and gives its value; undefined when the node leaves no value. */
  value(node: NodeOf<T>, scope: NodeScope): Expr | undefined;
  /** The annotation of that value, where Python cannot tell it or a declaration needs it. */
  valueType(node: NodeOf<T>, scope: NodeScope): Expr | undefined;
  /** Whether to write the annotation where the value is assigned, because Python would infer another type. */
  annotates(node: NodeOf<T>): boolean;
  /** What decides which of the node's ways a run takes. */
  readonly decision?: DecisionGenerator<T>;
}

/** How a node decides between its ways. */
export interface DecisionGenerator<T extends NodeType> {
  /** The type of what is kept for later steps: of the one test, or of the id of the way's handle. */
  readonly type: Expr;
  /** Of a decision between two by one test, whose value is kept: the way that is taken when it is true. */
  readonly whenTrue?: 0 | 1;
  /** What to name it after, when it is no mere yes or no. */
  readonly hint?: string;
  /** `result` is the node's value, at nodes that leave one; `isKept` when the value of the test gets a name. */
  tests(node: NodeOf<T>, scope: NodeScope, result: Expr, isKept: boolean): DecisionTests;
}

export interface DecisionTests {
  /** What the tests need to have been worked out. */
  readonly before: readonly Stmt[];
  /** The ways, the first whose test holds is taken; the one that is left when none does. */
  readonly ways: readonly { readonly way: number; readonly test: Expr }[];
}

type NodeCodeGenerators = { readonly [T in NodeType]: NodeCodeGenerator<T> };

/** One generator per node type; the type check fails when one is missing. */
export const generators: NodeCodeGenerators = {
  httpEndpoint,
  websocketEndpoint,
  webhookReceiver,
  scheduledTask,
  queueConsumer,
  promptTemplate,
  openaiCompletion,
  anthropicCompletion,
  groqCompletion,
  azureOpenaiCompletion,
  compatibleCompletion,
  llmRouter,
  embeddingGenerate,
  condition,
  loop,
  repeat,
  switch: switchNode,
  delay,
  waitForApproval,
  approvalLink,
  waitForEvent,
  enqueue,
  pythonFunction,
  subWorkflow,
  httpRequest,
  graphqlQuery,
  postgresQuery,
  sqliteQuery,
  redisOperation,
  conversation,
  loadDocuments,
  splitText,
  qdrantUpsert,
  qdrantSearch,
  editFields,
  filterArray,
  sortArray,
  aggregate,
  validate,
  jsonTransform,
  log,
  metrics,
  rateLimit,
  cryptoGenerate,
  response,
};

/** The generator of a node of any type, for code that treats all alike. */
export function generatorOf(type: NodeType): NodeCodeGenerator<NodeType> {
  return generators[type];
}
