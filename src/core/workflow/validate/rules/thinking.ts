import type { Reporter } from '../../diagnostics/report.ts';
import { reasoningEfforts, type ReasoningEffort, type ThinkingMode } from '../../models/facts.ts';
import type { Candidate } from '../../modelNodes.ts';
import type { CheckContext, NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';
import { effortOf, fixFor, knownModelNodes, type KnownModelNode } from '../requestedModel.ts';

/** How a model that can be told so thinks, and what does not go together with that. */
export const thinking: NodeRule = (context, reporter) => {
  for (const known of knownModelNodes(context)) {
    checkMode(context, reporter, known);
    checkForcedCall(context, reporter, known);
  }
};

/** How a node's model thinks; undefined where nothing says it. */
function modeOf({ node, model }: KnownModelNode): ThinkingMode | undefined {
  const asked = node.config.thinking;
  return typeof asked === 'object' ? 'budget' : (asked ?? model.thinking?.unasked);
}

function checkMode(context: CheckContext, reporter: Reporter, known: KnownModelNode): void {
  const { node, name, model } = known;
  const { config } = node;
  const path = context.pathOf(node, 'config', 'thinking');
  const mode = modeOf(known);
  if (mode === undefined || model.thinking === undefined) return;
  const { modes, mostEffortWhenOff: most } = model.thinking;
  if (config.thinking !== undefined && !modes.includes(mode)) {
    const other = modes.find((each) => each !== 'budget' && each !== 'off');
    const fixes = fixFor(known, changeTo(reporter, path, other));
    reporter.report('unsupported-thinking', { model: name, mode, modes }, { path }, { fixes });
    return;
  }
  const effort = effortOf(known);
  if (config.thinking === 'off' && most !== undefined && effort !== null && isMore(effort, most)) {
    const place = context.pathOf(node, 'config', 'effort');
    const fixes = fixFor(known, changeTo(reporter, place, most));
    reporter.report('effort-without-thinking', { model: name, effort, most }, { path: place }, { fixes });
  }
  if (typeof config.thinking === 'object' && typeof config.maxTokens === 'number') {
    const { budgetTokens: budget } = config.thinking;
    const params = { budget, limit: config.maxTokens };
    if (budget >= config.maxTokens)
      reporter.report('thinking-budget-too-large', params, { path: [...path, 'budgetTokens'] });
  }
  if (mode !== 'off' && config.thinking !== undefined) checkSampling(context, reporter, known);
}

/** Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility */
function checkSampling(context: CheckContext, reporter: Reporter, known: KnownModelNode): void {
  const { node, name, model } = known;
  if (model.sampling !== 'always') return;
  for (const parameter of ['temperature', 'topK'] as const) {
    const value = node.config[parameter];
    if (value === undefined || (parameter === 'temperature' && value === 1)) continue;
    const path = context.pathOf(node, 'config', parameter);
    const fixes = fixFor(known, remove(reporter, path, `Remove \`${parameter}\``));
    reporter.report('sampling-while-thinking', { model: name, parameter }, { path, at: 'key' }, { fixes });
  }
}

function checkForcedCall(context: CheckContext, reporter: Reporter, known: KnownModelNode): void {
  const { node, name, model } = known;
  const key = forcing(node);
  if (key === undefined) return;
  const path = context.pathOf(node, 'config', key);
  const fixes = fixFor(known, changeTo(reporter, path, 'auto'));
  if (model.forcedTools === false) reporter.report('forced-call-unsupported', { model: name }, { path }, { fixes });
  else if (modeOf(known) === 'budget')
    reporter.report('forced-call-while-thinking', { model: name }, { path }, { fixes });
}

/** The key that makes the model call a function. */
function forcing({ config }: Candidate): 'toolChoice' | 'functionCall' | undefined {
  const { toolChoice, functionCall } = config;
  if (toolChoice === 'required' || typeof toolChoice === 'object') return 'toolChoice';
  return toolChoice === undefined && typeof functionCall === 'object' ? 'functionCall' : undefined;
}

function isMore(effort: ReasoningEffort, than: ReasoningEffort): boolean {
  const placeOf = (name: ReasoningEffort): number => reasoningEfforts.findIndex((each) => each === name);
  return placeOf(effort) > placeOf(than);
}
