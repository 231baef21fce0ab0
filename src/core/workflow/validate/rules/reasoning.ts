import { reasoningEfforts, type ReasoningEffort } from '../../models/facts.ts';
import type { NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';
import { chosenEffort, effortOf, fixFor, knownModelNodes, refusesToolsWhileReasoning } from '../requestedModel.ts';

/** Reasoning efforts that the model has, and an API that takes them with tools. */
export const reasoning: NodeRule = (context, reporter) => {
  for (const known of knownModelNodes(context)) {
    const { node, name, model } = known;
    const { api } = node.config;
    const effort = chosenEffort(node.config);
    if (effort !== undefined && model.reasoningEfforts.length > 0 && !model.reasoningEfforts.includes(effort)) {
      const path = context.pathOf(node, 'config', node.config.effort === undefined ? 'reasoningEffort' : 'effort');
      const fixes = fixFor(known, changeTo(reporter, path, nearest(effort, model.reasoningEfforts)));
      const params = { model: name, effort, known: model.reasoningEfforts };
      reporter.report('unsupported-reasoning-effort', params, { path }, { fixes });
    }
    if ((api ?? 'chat') !== 'chat') continue;
    const path = context.pathOf(node, 'config', 'api');
    const fixes = [changeTo(reporter, path, 'auto')];
    if (!model.chat) reporter.report('model-needs-responses', { model: name }, { path }, { fixes });
    else if (refusesToolsWhileReasoning(context, known)) {
      const params = { model: name, effort: effortOf(known) ?? '', isSet: effort !== undefined };
      reporter.report('tools-with-reasoning', params, { path }, { fixes });
    }
  }
};

function nearest(effort: ReasoningEffort, known: readonly ReasoningEffort[]): ReasoningEffort | undefined {
  const placeOf = (name: ReasoningEffort) => reasoningEfforts.findIndex((each) => each === name);
  const distance = (other: ReasoningEffort) => Math.abs(placeOf(other) - placeOf(effort));
  return known.toSorted((a, b) => distance(a) - distance(b))[0];
}
