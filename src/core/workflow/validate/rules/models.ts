import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import type { Template } from '../../expressions/syntax.ts';
import { providerOf } from '../../modelNodes.ts';
import type { ModelCatalog } from '../../models/catalog.ts';
import { embeddingServer } from '../../models/embeddings/servers.ts';
import type { CommonFacts } from '../../models/facts.ts';
import type { Provider } from '../../models/provider.ts';
import type { WorkflowNode } from '../../types.ts';
import { changeTo, remove } from '../fixes.ts';
import { candidates, nodesOfType, type NodeContext, type NodeRule } from '../context.ts';

type AnyCatalog = ModelCatalog<CommonFacts>;

/** A node that names a model, and where that may be known. */
interface Asking {
  readonly node: WorkflowNode;
  readonly config: { readonly model: Template; readonly baseModel?: string | undefined };
  readonly provider: Provider;
  readonly catalog: AnyCatalog;
}

function askingNodes(context: NodeContext): readonly Asking[] {
  return [
    ...candidates(context).map((node) => {
      const provider = providerOf(node);
      return { node, config: node.config, provider, catalog: provider.catalog };
    }),
    ...nodesOfType(context, 'embeddingGenerate').map((node) => {
      const { provider, catalog } = embeddingServer(node.config.provider);
      return { node, config: node.config, provider, catalog };
    }),
  ];
}

/** Models that are gone, will be gone, or look misspelt. Other names may be deployments of the user's own. */
export const modelNames: NodeRule = (context, reporter) => {
  for (const { node, config, provider: asked, catalog } of askingNodes(context)) {
    if (catalog.models.length === 0) continue;
    const provider = asked.name;
    const name = config.model.constant;
    if (config.baseModel !== undefined) {
      checkBase(reporter, catalog, context.pathOf(node, 'config', 'baseModel'), config.baseModel, name);
      // How long a deployment lives is for who deployed it.
      continue;
    }
    if (name === undefined) continue;
    const path = context.pathOf(node, 'config', 'model');
    // A model that the file leaves out is the node's default; the place is then the whole config.
    const placeOf = (): JsonPath => (reporter.source.has(path) ? path : context.pathOf(node, 'config'));
    const model = catalog.find(name);
    if (model === undefined) {
      const suggestion = catalog.isOwnName(name) ? catalog.suggest(name) : undefined;
      const fixes = [changeTo(reporter, path, suggestion)];
      reporter.report('unknown-model', { model: name }, { path: placeOf() }, { suggestion, fixes });
    } else if (model.replacement !== null) {
      const { status, shutdownDate: date, replacement } = model;
      // What was fine-tuned has to be fine-tuned again: there is no fix for that.
      const fix =
        name === model.name
          ? (changeTo(reporter, path, replacement) ?? setModel(reporter, context.pathOf(node, 'config'), replacement))
          : undefined;
      if (date === null) {
        reporter.report(
          'unavailable-model',
          { provider, model: name, replacement },
          { path: placeOf() },
          { fixes: [fix] },
        );
      } else {
        const code = status === 'retired' ? 'retired-model' : 'retiring-model';
        reporter.report(code, { provider, model: name, date, replacement }, { path: placeOf() }, { fixes: [fix] });
      }
    }
  }
};

/** What a deployment stands for has to be known, and no other model than its name says. */
function checkBase(
  reporter: Reporter,
  catalog: AnyCatalog,
  path: JsonPath,
  base: string,
  name: string | undefined,
): void {
  const [stands, named] = [catalog.find(base), catalog.find(name ?? '')];
  if (stands === undefined) {
    const suggestion = catalog.suggest(base);
    const fixes = [changeTo(reporter, path, suggestion)];
    reporter.report('unknown-base-model', { base }, { path }, { suggestion, fixes });
  } else if (
    name !== undefined &&
    named !== undefined &&
    catalog.undated(named.name) !== catalog.undated(stands.name)
  ) {
    const fixes = [remove(reporter, path, 'Remove `baseModel`')];
    reporter.report('contradicting-base-model', { base, model: name }, { path }, { fixes });
  }
}

function setModel(reporter: Parameters<NodeRule>[1], config: readonly (string | number)[], model: string) {
  const edit = reporter.source.prepend(config, `"model": ${JSON.stringify(model)}`);
  return edit === undefined ? undefined : { title: `Set \`model\` to \`${model}\``, edits: [edit] };
}
