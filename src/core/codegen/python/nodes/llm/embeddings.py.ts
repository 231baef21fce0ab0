import { Template } from '../../../../workflow/expressions/syntax.ts';
import { embeddingServer } from '../../../../workflow/models/embeddings/servers.ts';
import type { NodeOf } from '../../../../workflow/types.ts';
import type { NodeCodeGenerator, NodeScope } from '../../NodeCodeGenerator.ts';
import * as py from '../../syntax/build.ts';
import type { Expr } from '../../syntax/tree.ts';
import { addTimeout } from './completionParameters.ts';
import { Parameters } from './parameters.ts';

const module = 'app.nodes.llm.embeddings';
const generate = py.imported(module, 'generate_embeddings');
const config = py.imported(module, 'EmbeddingConfig');
const result = py.imported(module, 'Embeddings');
/** The module in which a project says who makes its embeddings. */
export const embeddersConstant = py.imported('app.llm.parts', 'EMBEDDERS');
/** The functions that ask for embeddings by hand. */
export const embeddingsModule = module;

/** As the runtime has them where a config does not say. */
const defaults = { batchSize: 100, parallel: 4 };

export const embeddingGenerate: NodeCodeGenerator<'embeddingGenerate'> = {
  settings: ['app/llm/embeddings/cache.py'],
  imports: [generate, config, result, embeddersConstant].map(({ name }) => name),
  valueType: () => result,
  annotates: () => false,
  value: (node, scope) => {
    const request = requestOf(node, scope);
    return py.awaited(py.call(generate, py.name('ctx'), request, py.keyword('node', py.literal(node.id))));
  },
};

/** What never changes is a constant; the texts and what else holds expressions are put in per run. */
function requestOf({ id, config: own }: NodeOf<'embeddingGenerate'>, scope: NodeScope): Expr {
  const parameters = new Parameters(scope);
  parameters.add('provider', embeddingServer(own.provider).provider.id);
  parameters.add('model', own.model);
  parameters.add('base_model', own.baseModel);
  parameters.add('dimensions', own.dimensions ?? undefined);
  if (own.batchSize !== defaults.batchSize) parameters.add('batch_size', own.batchSize);
  if (own.parallel !== defaults.parallel) parameters.add('parallel', own.parallel);
  parameters.add('input_type', own.inputType);
  if (own.cache) parameters.add('cache', true);
  addTimeout(parameters, own.timeout);
  parameters.add('max_retries', own.maxRetries);
  parameters.addJson('extra_body', own.extra);
  parameters.addExpr('input', inputOf(own.input ?? [], scope));
  // A request without its model is none that could be kept apart.
  if (own.model.constant === undefined) return py.dict([...parameters.constant, ...parameters.dynamic]);
  return parameters.request(id, config);
}

function inputOf(input: Template | readonly Template[], scope: NodeScope): Expr {
  if (!(input instanceof Template)) return py.list(input.map((text) => scope.text(text)));
  return input.single === undefined ? scope.text(input) : scope.value(input);
}
