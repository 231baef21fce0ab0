import type { Reporter } from '../../diagnostics/report.ts';
import { pathsOf } from '../../expressions/walk.ts';
import { embeddingServer } from '../../models/embeddings/servers.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOf, type CheckContext, type WorkflowRule } from '../context.ts';

/** What a node brings to a collection, and what is known of it. */
interface Brought {
  readonly node: NodeOf<'qdrantUpsert' | 'qdrantSearch'>;
  readonly key: 'vectors' | 'vector';
  /** The model that makes its vectors. */
  readonly model: string | undefined;
  /** How many numbers these have. */
  readonly made: number | undefined;
  /** How many the node says that they have. */
  readonly said: number | undefined;
}

/** Vectors of a collection are of one length and by one model, as far as a workflow says who makes them. */
export const collections: WorkflowRule = (context, reporter) => {
  const brought = [...nodesOf(context.file, 'qdrantUpsert'), ...nodesOf(context.file, 'qdrantSearch')].map((node) =>
    broughtBy(context, node),
  );
  for (const [index, each] of brought.entries()) {
    const { made, said } = each;
    if (made !== undefined && said !== undefined && made !== said)
      reportLength(context, reporter, each, said, '`dimensions` says');
    const name = each.node.config.collection.constant;
    const before = brought
      .slice(0, index)
      .find(({ node }) => name !== undefined && node.config.collection.constant === name);
    if (before !== undefined) compare(context, reporter, each, before);
  }
};

function compare(context: CheckContext, reporter: Reporter, each: Brought, before: Brought): void {
  const { made, model, node } = each;
  const length = before.made ?? before.said;
  const other = before.node.id;
  if (made !== undefined && length !== undefined && made !== length)
    reportLength(context, reporter, each, length, `those of \`${other}\` have`);
  else if (model !== undefined && before.model !== undefined && model !== before.model)
    reporter.report('unlike-embeddings', { model, other: before.model, node: other }, placeOf(context, each));
  const isByWords = node.type === 'qdrantSearch' && node.config.mode !== 'dense';
  if (!isByWords || before.node.type !== 'qdrantUpsert' || before.node.config.hybrid) return;
  reporter.report('no-words-kept', { node: other }, { path: context.pathOf(node, 'config', 'mode') });
}

function reportLength(context: CheckContext, reporter: Reporter, each: Brought, other: number, whose: string): void {
  if (each.made === undefined) return;
  reporter.report('dimension-mismatch', { made: each.made, other, whose }, placeOf(context, each));
}

function placeOf(context: CheckContext, { node, key }: Brought) {
  return { path: context.pathOf(node, 'config', key) };
}

function broughtBy({ file }: CheckContext, node: Brought['node']): Brought {
  const key = node.type === 'qdrantUpsert' ? 'vectors' : 'vector';
  const template = node.type === 'qdrantUpsert' ? node.config.vectors : node.config.vector;
  const read = template === undefined ? [] : pathsOf(template).map(({ path }) => path);
  const ids = read.flatMap(({ root, segments: [first] }) => (root === 'nodes' ? [first?.key] : []));
  const [maker, second] = nodesOf(file, 'embeddingGenerate').filter(({ id }) => ids.includes(id));
  const said = node.config.dimensions;
  if (maker === undefined || second !== undefined) return { node, key, model: undefined, made: undefined, said };
  const { provider, model, baseModel, dimensions } = maker.config;
  const facts = embeddingServer(provider).catalog.find(baseModel ?? model.constant ?? '');
  return { node, key, model: baseModel ?? model.constant, made: dimensions ?? facts?.dimensions, said };
}
