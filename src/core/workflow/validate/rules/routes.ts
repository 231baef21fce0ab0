import type * as z from 'zod';

import type { Reporter } from '../../diagnostics/report.ts';
import { templatesIn } from '../../expressions/templateSchema.ts';
import { candidatesOf, providerOf, providers, type Candidate } from '../../modelNodes.ts';
import { isAlways } from '../../nodes/llm/routes.ts';
import { registry } from '../../nodes/registry.ts';
import { suggest } from '../../suggest.ts';
import type { NodeOf } from '../../types.ts';
import { nodesOfType, type CheckContext, type NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';
import { modelBehind } from '../requestedModel.ts';

type Router = NodeOf<'llmRouter'>;

/** The routes of routers: settings that their providers take, conditions, and whether each can be chosen. */
export const routes: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'llmRouter')) {
    checkConditions(context, reporter, node);
    checkWeights(context, reporter, node);
    for (const [index, candidate] of candidatesOf(node).entries()) {
      const route = nameOf(node, index);
      checkProvider(context, reporter, candidate, route);
      checkSettings(context, reporter, candidate, route);
      checkRank(context, reporter, node, candidate, route);
    }
  }
};

function nameOf({ id, config }: Router, index: number): string {
  return index < config.routes.length ? `Route ${index + 1} of \`${id}\`` : `The fallback of \`${id}\``;
}

function checkConditions(context: CheckContext, reporter: Reporter, node: Router): void {
  const { routes: all, fallback, strategy } = node.config;
  for (const [index, { condition }] of all.entries()) {
    if (condition === undefined || condition.problems.length > 0) continue;
    if (condition.single !== undefined || condition.constant?.trim() === 'always') continue;
    const path = context.pathOf(node, 'config', 'routes', index, 'condition');
    reporter.report('not-one-expression', { name: `The condition of route ${index + 1} of \`${node.id}\`` }, { path });
  }
  const always = all.findIndex(isAlways);
  if (always < 0 && fallback === undefined) {
    const path = context.pathOf(node, 'config', 'routes');
    reporter.report('router-without-last-route', { node: node.id }, { path, at: 'key' });
  }
  if (strategy !== 'custom' || always < 0) return;
  for (const [index, route] of all.entries()) {
    if (index <= always) continue;
    // Neighbours with weights are chosen among; another that is always a candidate stands in for the one before.
    if (all.slice(always, index + 1).every(({ weight }) => weight !== undefined)) continue;
    if (isAlways(route)) continue;
    const params = { route: nameOf(node, index), before: `route ${always + 1}` };
    reporter.report('unreachable-route', params, { path: context.pathOf(node, 'config', 'routes', index) });
  }
}

function checkWeights(context: CheckContext, reporter: Reporter, node: Router): void {
  const { routes: all, strategy } = node.config;
  if (strategy === 'custom') return;
  for (const [index, { weight }] of all.entries()) {
    if (weight === undefined) continue;
    const path = context.pathOf(node, 'config', 'routes', index, 'weight');
    const params = { route: `route ${index + 1} of \`${node.id}\``, strategy };
    reporter.report(
      'weight-without-effect',
      params,
      { path, at: 'key' },
      { fixes: [remove(reporter, path, 'Remove it')] },
    );
  }
}

const knownNames: readonly string[] = providers.flatMap(({ id, shortName }) => [id, ...(shortName ? [shortName] : [])]);

function checkProvider(context: CheckContext, reporter: Reporter, candidate: Candidate, route: string): void {
  const provider = candidate.config.provider;
  if (provider === undefined || knownNames.includes(provider.toLowerCase())) return;
  const suggestion = suggest(provider, knownNames);
  if (suggestion === undefined) return;
  const path = context.pathOf(candidate, 'config', 'provider');
  const fixes = [changeTo(reporter, path, suggestion)];
  reporter.report('doubtful-route-provider', { provider, route }, { path }, { suggestion, fixes });
}

function checkSettings(context: CheckContext, reporter: Reporter, candidate: Candidate, route: string): void {
  const { name } = providerOf(candidate);
  const own = candidate.route;
  if (own === undefined) return;
  for (const key of own.foreign) {
    const path = context.pathOf(candidate, 'config', key);
    const fixes = [remove(reporter, path, `Remove \`${key}\``)];
    reporter.report('foreign-route-setting', { key, provider: name, route }, { path, at: 'key' }, { fixes });
  }
  const { shape }: { readonly shape: Readonly<Record<string, z.ZodType>> } = registry[candidate.type].configSchema;
  for (const key of own.own) {
    const value: unknown = candidate.config[key as keyof Candidate['config']];
    const schema = shape[key];
    if (schema === undefined || templatesIn(value).length > 0 || schema.safeParse(value).success) continue;
    const params = { key, value: `\`${JSON.stringify(value)}\``, provider: name, route };
    reporter.report('foreign-route-value', params, { path: context.pathOf(candidate, 'config', key) });
  }
}

/** Whether the catalog has what the strategy goes by. */
function checkRank(context: CheckContext, reporter: Reporter, node: Router, candidate: Candidate, route: string): void {
  const { strategy, routes: all } = node.config;
  const isFallback = candidate.route?.path[0] === 'fallback';
  if (isFallback || all.length === 1 || (strategy !== 'cost' && strategy !== 'quality')) return;
  const model = modelBehind(candidate);
  const isKnown = strategy === 'cost' ? (model?.prices ?? null) !== null : model?.quality !== undefined;
  if (isKnown) return;
  const what = strategy === 'cost' ? 'the price' : 'the rank';
  const params = { route: lowered(route), model: candidate.config.model.source, what };
  reporter.report('unranked-route', params, { path: context.pathOf(candidate, 'config', 'model') });
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
