import { withCalled, type CheckedWorkflow } from '../../../workflow/checked.ts';
import { embeddingServer } from '../../../workflow/models/embeddings/servers.ts';
import type { NodeOf } from '../../../workflow/types.ts';
import { nodesOf } from '../../../workflow/validate/context.ts';
import { generators } from '../NodeCodeGenerator.ts';
import type { ProviderPython } from '../nodes/llm/completion.ts';
import { embeddersConstant, embeddingsModule } from '../nodes/llm/embeddings.py.ts';
import * as py from '../syntax/build.ts';
import type { Expr, Keyword, Stmt } from '../syntax/tree.ts';

/** Who makes the embeddings of a node, in the Python of a project: a provider, or one of those that it holds. */
export interface EmbedderPython {
  readonly node: NodeOf<'embeddingGenerate'>;
  readonly provider: ProviderPython;
  readonly member: string | undefined;
  readonly id: string;
}

const openai = generators.openaiCompletion.provider;
const azure = generators.azureOpenaiCompletion.provider;
const compatible = generators.compatibleCompletion.provider;

/** What speaks for all who make embeddings, in tests. */
export const simulatedEmbeddings = py.imported('tests.simulated_providers.apis.embeddings.endpoint', 'Embeddings');

/** The path of the table of the models, and of that of the providers' habits. */
const models = py.imported('app.llm.providers.embedding_models', 'EMBEDDING_MODELS');
const habits = py.imported('app.llm.providers.embedding_habits', 'EMBEDDING_HABITS');
export const embeddingTables = {
  models: 'app/llm/providers/embedding_models.py',
  habits: 'app/llm/providers/embedding_habits.py',
};

/** The nodes of workflows, and of those that they call, that make embeddings. */
export function embeddersOf(workflows: readonly CheckedWorkflow[]): readonly EmbedderPython[] {
  return workflows
    .flatMap(withCalled)
    .flatMap(({ file }) => nodesOf(file, 'embeddingGenerate'))
    .flatMap((node) => {
      const { id } = embeddingServer(node.config.provider).provider;
      const own = id === 'openai' ? openai : id === 'azure_openai' ? azure : undefined;
      const provider = own ?? compatible;
      return provider === undefined ? [] : [{ node, provider, member: own === undefined ? id : undefined, id }];
    });
}

/** Who can be asked where functions do that by hand. */
export function everyEmbedder(): readonly ProviderPython[] {
  return [openai, azure, compatible].flatMap((provider) => provider ?? []);
}

/** Whether functions of the workflows ask for embeddings themselves. */
export function asksByHand(workflows: readonly CheckedWorkflow[]): boolean {
  return workflows.some(({ functions }) => [...functions.values()].some(({ code }) => code.includes(embeddingsModule)));
}

/** `EMBEDDERS = Embedders(…)`. @param traced whether telemetry is told of each request */
export function embeddersStatement(
  providers: readonly ProviderPython[],
  { isCached, isTraced }: { readonly isCached: boolean; readonly isTraced: boolean },
): Stmt {
  const named = [...new Set(providers)];
  const args: (Expr | Keyword)[] = named
    .filter((provider) => provider !== compatible)
    .map(({ constant }) => py.name(constant.name));
  if (compatible !== undefined && named.includes(compatible))
    args.push(py.keyword('compatible', py.name(compatible.constant.name)));
  args.push(py.keyword('models', models), py.keyword('habits', habits));
  if (isCached) args.push(py.keyword('cache', py.imported('app.llm.embeddings.cache', 'EMBEDDING_CACHE')));
  if (isTraced) args.push(py.keyword('begin_span', py.imported('app.llm.embeddings.spans', 'begin_embedding_span')));
  return py.assign(
    py.name(embeddersConstant.name),
    py.call(py.imported('app.llm.embeddings.embed', 'Embedders'), ...args),
  );
}

/** The entries of the table of models that nodes may ask for; all of a provider where a run decides which. */
export function modelNames(embedders: readonly EmbedderPython[], every: readonly string[]): ReadonlySet<string> {
  return new Set(
    embedders.flatMap(({ node: { config }, id }) => {
      const server = embeddingServer(config.provider);
      const name = config.baseModel ?? config.model.constant;
      // Azure deploys the models of OpenAI.
      const owner = id === 'azure_openai' ? 'openai' : id;
      if (name === undefined) return every.filter((each) => each.startsWith(`${owner}/`));
      const found = server.catalog.find(name);
      return found === undefined ? [] : [`${owner}/${found.name}`];
    }),
  );
}
