import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { findModel } from '../../../workflow/models/models.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import { apiOf, callableNames, modelBehind } from '../../../workflow/validate/requestedModel.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Keyword } from '../syntax/tree.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** What model calls can do besides text over Chat Completions. A project carries the parts that its workflows use. */
export const modelParts = ['responses', 'calls', 'json', 'schemas', 'logprobs', 'telemetry', 'models'] as const;

export type ModelPart = (typeof modelParts)[number];

type ModelNode = NodeOf<'openaiCompletion'>;

const partsPath = 'app/llm/parts.py';
const factsPath = 'app/llm/providers/openai_models.py';

/**
 * The modules of the runtime that say what a project's model calls are made of, by their path, as these workflows need
 * them. @param further parts that are wanted besides
 */
export function modelPartFiles(
  workflows: readonly CheckedWorkflow[],
  further: readonly ModelPart[] = [],
): ReadonlyMap<string, string> {
  const all = [...new Set(workflows.flatMap(withCalled))];
  const nodes = all.flatMap((workflow) => modelNodes(workflow).map((node) => ({ node, workflow })));
  const parts = new Set(further);
  if (parts.has('schemas')) parts.add('json');
  for (const { node, workflow } of nodes) for (const part of partsOf(workflow, node)) parts.add(part);
  const speaksChat =
    nodes.length === 0 || further.length > 0 || nodes.some(({ node, workflow }) => mayChat(workflow, node));
  const streams =
    further.includes('json') ||
    all.some(({ file }) => file.edges.some(({ sourceHandle }) => sourceHandle === 'stream'));
  return new Map([
    [partsPath, partsModule(parts, { speaksChat, streams })],
    [factsPath, parts.has('models') ? runtimeFile(factsPath).content : factsOf(namesOf(nodes.map(({ node }) => node)))],
  ]);
}

/** Whether a workflow, or one that it calls, asks a model. */
export function asksModels(workflows: readonly CheckedWorkflow[]): boolean {
  return workflows.flatMap(withCalled).some((workflow) => modelNodes(workflow).length > 0);
}

function modelNodes({ file }: CheckedWorkflow): readonly ModelNode[] {
  return file.nodes.filter((node) => node.type === 'openaiCompletion');
}

function partsOf(workflow: CheckedWorkflow, node: ModelNode): readonly ModelPart[] {
  const { responseFormat, logprobs, extra } = node.config;
  const given = new Set(typeof extra === 'object' && extra !== null ? Object.keys(extra) : []);
  const asks: readonly [ModelPart, boolean][] = [
    ['responses', isOpen(node) || apiOf(workflow, node) === 'responses'],
    ['calls', callableNames(workflow, node).length > 0 || given.has('tools') || given.has('functions')],
    ['json', responseFormat !== 'text' || given.has('response_format')],
    ['schemas', typeof responseFormat === 'object' || given.has('response_format')],
    ['logprobs', Boolean(logprobs) || given.has('logprobs')],
    ['models', node.config.model.constant === undefined && node.config.baseModel === undefined],
  ];
  return asks.filter(([, asked]) => asked).map(([part]) => part);
}

/** Whether the API that a node calls is found out when it runs. */
function isOpen(node: ModelNode): boolean {
  return node.config.api === 'auto' && modelBehind(node) === undefined && node.config.model.constant === undefined;
}

function mayChat(workflow: CheckedWorkflow, node: ModelNode): boolean {
  return isOpen(node) || apiOf(workflow, node) === 'chat';
}

function namesOf(nodes: readonly ModelNode[]): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ config }) => findModel(config.baseModel ?? config.model.constant ?? '')?.name ?? []));
}

function partsModule(
  parts: ReadonlySet<ModelPart>,
  { speaksChat, streams }: { readonly speaksChat: boolean; readonly streams: boolean },
): string {
  const apis: Expr[] = [];
  if (speaksChat) {
    const chat = parts.has('calls')
      ? py.imported('app.llm.apis.chat_completions.calls', 'CHAT_COMPLETIONS_WITH_CALLS')
      : py.imported('app.llm.apis.chat_completions', 'CHAT_COMPLETIONS');
    const withLogprobs = py.imported('app.llm.apis.chat_completions.logprobs', 'with_logprobs');
    apis.push(parts.has('logprobs') ? py.call(withLogprobs, chat) : chat);
  }
  if (parts.has('responses')) apis.push(py.imported('app.llm.apis.responses', 'RESPONSES'));
  const able: (Expr | Keyword)[] = [];
  if (parts.has('schemas')) {
    able.push(
      py.imported('app.llm.json_schema', 'read_json_by_schema'),
      py.keyword('checks_schemas', py.literal(true)),
    );
  } else if (parts.has('json')) {
    able.push(py.imported('app.llm.json_answers', 'read_json'));
  }
  if (parts.has('json') && streams) {
    able.push(py.keyword('partial_json', py.imported('app.llm.partial_json', 'PartialFrames')));
  }
  if (parts.has('telemetry')) able.push(py.keyword('tracing', py.imported('app.llm.tracing', 'TRACING')));
  const openai = py.call(
    py.imported('app.llm.providers.openai', 'openai'),
    ...apis,
    py.keyword('parts', py.name('PARTS')),
    py.keyword('models', py.imported('app.llm.providers.openai_models', 'MODELS')),
  );
  const statements = [
    py.assign(py.name('PARTS'), py.call(py.imported('app.llm.provider', 'Parts'), ...able)),
    py.assign(py.name('OPENAI'), openai),
  ];
  return printModule(py.moduleOf(statements, docstring)).text;
}

const docstring = `What the model calls of this service are made of: what its workflows ask for, and no more.

\`catalyst build\` writes this file, and leaves the modules out that nothing leads to from here.`;

/** The facts of some models out of the runtime's: its entries are lines of their own. */
function factsOf(names: ReadonlySet<string>): string {
  const { content } = runtimeFile(factsPath);
  const kept = content.replaceAll(
    /^ {4}"(?<name>[^"]+)": ModelFacts\((?:.*\),|\n[\s\S]*?\n {4}\),)\n/gmu,
    (entry, name: string) => (names.has(name) ? entry : ''),
  );
  return kept.includes('=LongContext(') ? kept : kept.replace('import LongContext, ModelFacts', 'import ModelFacts');
}
