import type { Reporter } from '../../diagnostics/report.ts';
import type { CheckContext, NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';
import { providerOf, type Candidate } from '../../modelNodes.ts';
import { effortOf, fixFor, knownModelNodes, takesSampling, type KnownModelNode } from '../requestedModel.ts';

/** Parameters by the value that is taken everywhere; undefined when none is. */
const sampling: readonly (readonly [key: keyof Candidate['config'], harmless: unknown])[] = [
  ['topP', 1],
  ['topK', undefined],
  ['presencePenalty', 0],
  ['frequencyPenalty', 0],
  ['logprobs', false],
  ['topLogprobs', undefined],
  ['logitBias', undefined],
];

/** Parameters that the model does not take, or not with this value. */
export const modelParameters: NodeRule = (context, reporter) => {
  for (const known of knownModelNodes(context)) {
    checkTemperature(context, reporter, known);
    checkTokenLimit(context, reporter, known);
    const { config } = known.node;
    const { stop, verbosity, prediction, reasoningEfforts, parallelToolCalls } = known.model;
    const refused: (keyof Candidate['config'])[] = [];
    if (!takesSampling(known)) {
      for (const [key, harmless] of sampling)
        if (config[key] !== undefined && config[key] !== harmless) refused.push(key);
    }
    if (!stop && config.stop !== undefined) refused.push('stop');
    if (!verbosity && config.verbosity !== undefined && config.verbosity !== 'medium') refused.push('verbosity');
    if (!prediction && config.prediction !== undefined) refused.push('prediction');
    for (const key of ['reasoningEffort', 'effort'] as const)
      if (reasoningEfforts.length === 0 && config[key] !== undefined) refused.push(key);
    if (!parallelToolCalls && config.parallelToolCalls !== undefined) refused.push('parallelToolCalls');
    for (const parameter of refused) {
      const path = context.pathOf(known.node, 'config', parameter);
      const isSampling = sampling.some(([key]) => key === parameter);
      const params = { model: known.name, parameter, effort: isSampling ? conflictingEffort(known) : undefined };
      const fixes = fixFor(known, remove(reporter, path, `Remove \`${parameter}\``));
      reporter.report('unsupported-parameter', params, { path, at: 'key' }, { fixes });
    }
  }
};

/** The effort that keeps a parameter from being taken, when it would be without. */
function conflictingEffort(known: KnownModelNode): string | undefined {
  return known.model.sampling === 'without-reasoning' ? (effortOf(known) ?? undefined) : undefined;
}

function checkTemperature(context: CheckContext, reporter: Reporter, known: KnownModelNode): void {
  const { temperature } = known.node.config;
  const [low, high] = providerOf(known.node).rules.temperature;
  const inRange = typeof temperature === 'number' && temperature >= low && temperature <= high;
  if (!inRange || temperature === 1 || takesSampling(known)) return;
  const path = context.pathOf(known.node, 'config', 'temperature');
  const params = { model: known.name, value: temperature, effort: conflictingEffort(known) };
  const fixes = fixFor(known, remove(reporter, path, 'Remove `temperature`'));
  reporter.report('fixed-temperature', params, { path }, { fixes });
}

function checkTokenLimit(context: CheckContext, reporter: Reporter, known: KnownModelNode): void {
  const { node, name, model } = known;
  const { maxTokens } = node.config;
  if (typeof maxTokens !== 'number' || maxTokens <= model.maxOutput) return;
  const path = context.pathOf(node, 'config', 'maxTokens');
  const params = { model: name, value: maxTokens, limit: model.maxOutput };
  const fixes = fixFor(known, changeTo(reporter, path, model.maxOutput));
  reporter.report('max-tokens-too-large', params, { path }, { fixes });
}
