import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { candidatesOf, catalogOf, isModelNode, providerOf, type Candidate } from '../../../workflow/modelNodes.ts';
import type { NodeEdit } from '../../../workflow/parse/revise.ts';
import type { WorkflowNode } from '../../../workflow/types.ts';
import { callableNames, requestedApi } from '../../../workflow/validate/requestedModel.ts';
import { generatorOf, generators } from '../NodeCodeGenerator.ts';
import type { ProviderPython } from '../nodes/llm/completion.ts';
import * as py from '../syntax/build.ts';
import { printModule } from '../syntax/print.ts';
import type { Expr, Keyword, Stmt } from '../syntax/tree.ts';
import {
  asksByHand,
  embeddersOf,
  embeddersStatement,
  embeddingTables,
  everyEmbedder,
  modelNames,
} from './embeddingParts.ts';
import { runtimeFile } from './runtimeFiles.ts';

/** What model calls can be asked by, and do besides text. A project carries the parts that its workflows use. */
export const modelParts = [
  'chat',
  'responses',
  'calls',
  'json',
  'schemas',
  'logprobs',
  'telemetry',
  'models',
  'embeddings',
] as const;

export type ModelPart = (typeof modelParts)[number];

/** Whether a part is one of model calls. */
export function isModelPart(part: string): part is ModelPart {
  return modelParts.some((known) => known === part);
}

const partsModule = 'app/llm/parts.py';

/** A model that a node asks, and the workflow that it is in. */
interface Placed {
  readonly node: Candidate;
  readonly workflow: CheckedWorkflow;
}

/**
 * The modules of the runtime that say what a project's model calls are made of, by their path, as these workflows need
 * them. @param further parts that are wanted besides
 */
export function modelPartFiles(
  workflows: readonly CheckedWorkflow[],
  further: readonly ModelPart[] = [],
): ReadonlyMap<string, string> {
  const all = [...new Set(workflows.flatMap(withCalled))];
  const placed = all.flatMap((workflow) => candidates(workflow).map((node) => ({ node, workflow })));
  const parts = new Set([...further, ...placed.flatMap(partsOf)]);
  if (parts.has('schemas')) parts.add('json');
  const streams =
    further.length > 0 || all.some(({ file }) => file.edges.some(({ sourceHandle }) => sourceHandle === 'stream'));
  const declares = placed.some(({ node }) => declaresFunctions(node));
  const body: Stmt[] = [py.assign(py.name('PARTS'), partsExpr(parts, streams, declares))];
  const files = new Map<string, string>();
  const embedders = embeddersOf(workflows);
  const isFree = parts.has('embeddings') || asksByHand(all);
  const embedding = [...embedders.map(({ provider }) => provider), ...(isFree ? everyEmbedder() : [])];
  const completing = new Set(providersOf(placed, all, embedding.length > 0));
  for (const provider of new Set([...completing, ...embedding])) {
    const asked = placed.filter(({ node }) => generatorOf(node.type).provider === provider);
    const apis = completing.has(provider) ? apisOf(provider, asked, parts) : [];
    body.push(py.assign(py.name(provider.constant.name), providerExpr(provider, apis)));
    const facts = pathOf(provider.models);
    // Two providers may serve the same models.
    const ofModels = placed.filter(({ node }) => pathOf(generatorOf(node.type).provider?.models) === facts);
    if (facts !== undefined && !parts.has('models')) files.set(facts, factsOf(facts, ofModels));
    const servers = pathOf(provider.servers);
    const ids = [
      ...asked.map(({ node }) => providerOf(node).id),
      ...embedders.filter((each) => each.provider === provider).map(({ id }) => id),
    ];
    if (servers !== undefined && ids.length > 0 && !isFree) files.set(servers, withEntries(servers, new Set(ids)));
  }
  if (embedding.length > 0) {
    const isCached = isFree || embedders.some(({ node }) => node.config.cache);
    body.push(embeddersStatement(embedding, { isCached, isTraced: parts.has('telemetry') }));
    if (!isFree) {
      const { models, habits } = embeddingTables;
      files.set(models, withEntries(models, modelNames(embedders, entryNames(models))));
      files.set(habits, withEntries(habits, new Set(embedders.map(({ id }) => id))));
    }
  }
  return files.set(partsModule, printModule(py.moduleOf(body, docstring)).text);
}

/** Whether a node's model calls are made of something else than before an edit. */
export function concernsParts(before: CheckedWorkflow, after: CheckedWorkflow, edit: NodeEdit): boolean {
  return askedBy(before, edit.before) !== askedBy(after, edit.after);
}

function askedBy(workflow: CheckedWorkflow, node: WorkflowNode): string {
  if (node.type === 'embeddingGenerate') {
    const { provider, model, baseModel, cache } = node.config;
    return JSON.stringify([provider, model.constant, baseModel, cache]);
  }
  if (!isModelNode(node)) return '';
  const asked = candidatesOf(node).map((candidate) => [
    candidate.type,
    requestedApi(workflow, candidate),
    modelName(candidate),
    declaresFunctions(candidate),
    partsOf({ node: candidate, workflow }),
  ]);
  return JSON.stringify(asked);
}

/** Each provider that workflows, and those that they call, ask, as an expression. */
export function askedServers(workflows: readonly CheckedWorkflow[]): readonly Expr[] {
  const asked = new Map<string, Expr>();
  const add = ({ constant }: ProviderPython, name: string | undefined): void => {
    asked.set(`${constant.name} ${name ?? ''}`, name === undefined ? constant : py.subscript(constant, name));
  };
  for (const node of workflows.flatMap(withCalled).flatMap(candidates)) {
    const { provider, member } = generatorOf(node.type);
    if (provider !== undefined) add(provider, member?.(node));
  }
  for (const { provider, member } of embeddersOf(workflows)) add(provider, member);
  return [...asked.values()];
}

/** The providers that workflows, and those that they call, ask, in the Python of the project. */
export function askedInPython(workflows: readonly CheckedWorkflow[]): readonly ProviderPython[] {
  const nodes = workflows.flatMap(withCalled).flatMap(candidates);
  return [...new Set(nodes.flatMap(({ type }) => generatorOf(type).provider ?? []))];
}

function candidates({ file }: CheckedWorkflow): readonly Candidate[] {
  return file.nodes.filter(isModelNode).flatMap(candidatesOf);
}

/**
 * Those that nodes ask, and functions by hand; all where none does, as other Python of a project may ask by itself.
 * @param isAsked whether models are asked for something else
 */
function providersOf(
  placed: readonly Placed[],
  workflows: readonly CheckedWorkflow[],
  isAsked: boolean,
): readonly ProviderPython[] {
  const every = Object.values(generators).flatMap(
    ({ provider }: { readonly provider?: ProviderPython }) => provider ?? [],
  );
  const asked = new Set(placed.flatMap(({ node }) => generatorOf(node.type).provider ?? []));
  const code = workflows.flatMap(({ functions }) => [...functions.values()].map((each) => each.code)).join('\n');
  const named = every.filter(
    ({ byHand }) => byHand?.execute.module !== undefined && code.includes(byHand.execute.module),
  );
  const found = every.filter((provider) => asked.has(provider) || named.includes(provider));
  return found.length === 0 && !isAsked ? every : found;
}

/** The model that a node names, or that its deployment stands for; undefined where a run decides. */
function modelName({ config }: Candidate): string | undefined {
  return config.baseModel ?? config.model.constant;
}

function declaresFunctions({ config }: Candidate): boolean {
  return config.functions.length > 0 || config.tools.length > 0 || config.callerTools === true;
}

/** What is wanted of the runtime to ask a model as a node does. */
export function partsOf({ node, workflow }: Placed): readonly ModelPart[] {
  const { responseFormat, logprobs, extra } = node.config;
  const given = new Set(typeof extra === 'object' && extra !== null ? Object.keys(extra) : []);
  const asks: readonly [ModelPart, boolean][] = [
    ['responses', ['responses', 'auto'].includes(requestedApi(workflow, node))],
    [
      'calls',
      callableNames(workflow, node).length > 0 ||
        node.config.callerTools === true ||
        given.has('tools') ||
        given.has('functions'),
    ],
    ['json', responseFormat !== 'text' || given.has('response_format')],
    ['schemas', typeof responseFormat === 'object' || given.has('response_format')],
    ['logprobs', Boolean(logprobs) || given.has('logprobs')],
    ['models', modelName(node) === undefined],
  ];
  return asks.filter(([, asked]) => asked).map(([part]) => part);
}

/** @param declares whether a node declares functions: what it is asked to call is held against that */
function partsExpr(parts: ReadonlySet<ModelPart>, streams: boolean, declares: boolean): Expr {
  const able: (Expr | Keyword)[] = [];
  if (parts.has('schemas')) {
    able.push(
      py.imported('app.llm.schema_answers', 'read_json_by_schema'),
      py.keyword('checks_schemas', py.literal(true)),
    );
  } else if (parts.has('json')) {
    able.push(py.imported('app.llm.json_answers', 'read_json'));
  }
  if (parts.has('json') && streams) {
    able.push(py.keyword('partial_json', py.imported('app.llm.partial_json', 'PartialFrames')));
  }
  if (declares) able.push(py.keyword('check_calls', py.imported('app.llm.declared', 'check_calls')));
  if (parts.has('telemetry')) able.push(py.keyword('tracing', py.imported('app.llm.tracing', 'TRACING')));
  return py.call(py.imported('app.llm.provider', 'Parts'), ...able);
}

function apisOf({ api }: ProviderPython, asked: readonly Placed[], parts: ReadonlySet<ModelPart>): readonly Expr[] {
  return api === undefined ? openaiApis(asked, parts) : [api];
}

function providerExpr({ make, models, servers }: ProviderPython, apis: readonly Expr[]): Expr {
  const known = models === undefined ? [] : [py.keyword('models', models)];
  if (servers !== undefined) known.push(py.keyword('servers', servers));
  return py.call(make, ...apis, py.keyword('parts', py.name('PARTS')), ...known);
}

function openaiApis(asked: readonly Placed[], parts: ReadonlySet<ModelPart>): Expr[] {
  const apis: Expr[] = [];
  if (
    parts.has('chat') ||
    asked.length === 0 ||
    asked.some(({ node, workflow }) => requestedApi(workflow, node) !== 'responses')
  ) {
    const chat = parts.has('calls')
      ? py.imported('app.llm.apis.chat_completions.calls', 'CHAT_COMPLETIONS_WITH_CALLS')
      : py.imported('app.llm.apis.chat_completions', 'CHAT_COMPLETIONS');
    const withLogprobs = py.imported('app.llm.apis.chat_completions.logprobs', 'with_logprobs');
    apis.push(parts.has('logprobs') ? py.call(withLogprobs, chat) : chat);
  }
  if (parts.has('responses')) apis.push(py.imported('app.llm.apis.responses', 'RESPONSES'));
  return apis;
}

const docstring = `What the model calls of this service are made of: what its workflows ask for, and no more.

\`catalyst build\` writes this file, and leaves the modules out that nothing leads to from here.`;

function pathOf(name: ProviderPython['models']): string | undefined {
  return name?.module && `${name.module.replaceAll('.', '/')}.py`;
}

const entries = /^ {4}"(?<name>[^"]+)": \w+\((?:.*\),|\n[\s\S]*?\n {4}\),)\n/gmu;

/** A table of the runtime's with the entries of these names alone: entries are lines of their own. */
function withEntries(path: string, names: ReadonlySet<string>): string {
  const { content } = runtimeFile(path);
  const kept = content.replaceAll(entries, (entry, name: string) => (names.has(name) ? entry : ''));
  return kept.replace(/= \{\n\}\n$/u, '= {}\n');
}

function entryNames(path: string): readonly string[] {
  return Array.from(runtimeFile(path).content.matchAll(entries), ([, name = '']) => name);
}

/** The facts of the models that nodes name, out of the runtime's. */
function factsOf(path: string, asked: readonly Placed[]): string {
  const names = new Set(asked.flatMap(({ node }) => catalogOf(node).find(modelName(node) ?? '')?.name ?? []));
  const kept = withEntries(path, names);
  return kept.includes('=LongContext(') ? kept : kept.replace('import LongContext, ModelFacts', 'import ModelFacts');
}
