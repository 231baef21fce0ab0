import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { providerOf } from '../../modelNodes.ts';
import type { Range, RequestRules } from '../../models/requestRules.ts';
import type { Template } from '../../expressions/syntax.ts';
import { candidates, type NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';

const ranges = ['temperature', 'topP', 'presencePenalty', 'frequencyPenalty'] as const;

/** Values that the API refuses, whatever the model. */
export const requestRanges: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    const { config } = node;
    const at = (...place: JsonPath): JsonPath => context.pathOf(node, 'config', ...place);
    const { rules } = providerOf(node);
    for (const key of ranges) {
      const value = config[key];
      if (typeof value === 'number') checkRange(reporter, at(key), key, value, rules[key]);
    }
    for (const [token, bias] of Object.entries(config.logitBias ?? {})) {
      const place = at('logitBias', token);
      checkRange(reporter, place, 'logitBias', bias, rules.logitBias);
      if (!/^\d+$/.test(token)) reporter.report('invalid-token-id', { token }, { path: place, at: 'key' });
    }
    if (Array.isArray(config.stop) && config.stop.length > rules.stops)
      reporter.report('too-many-stops', { count: config.stop.length, limit: rules.stops }, { path: at('stop') });
    if (config.topLogprobs !== undefined && config.logprobs !== true) {
      const edit = reporter.source.insertAfter(at('topLogprobs'), '"logprobs": true');
      const set = edit === undefined ? undefined : { title: 'Set `logprobs`', edits: [edit] };
      const fix = config.logprobs === undefined ? set : changeTo(reporter, at('logprobs'), true);
      reporter.report(
        'top-logprobs-alone',
        { node: node.id },
        { path: at('topLogprobs'), at: 'key' },
        { fixes: [fix] },
      );
    }
    checkMetadata(reporter, at('metadata'), config.metadata ?? {}, rules.metadata);
  }
};

function checkRange(reporter: Reporter, path: JsonPath, parameter: string, value: number, [low, high]: Range): void {
  if (value >= low && value <= high) return;
  const fixes = [changeTo(reporter, path, value < low ? low : high)];
  if (parameter === 'temperature')
    reporter.report('temperature-out-of-range', { value, low, high }, { path }, { fixes });
  else reporter.report('value-out-of-range', { parameter, value, low, high }, { path }, { fixes });
}

function checkMetadata(
  reporter: Reporter,
  path: JsonPath,
  metadata: Readonly<Record<string, Template>>,
  limits: RequestRules['metadata'],
): void {
  const entries = Object.entries(metadata);
  const { entries: most, key: longestKey, value: longestValue } = limits;
  if (entries.length > most) {
    const problem = `it has ${entries.length} entries, and at most ${most} are kept`;
    reporter.report('metadata-limit', { problem }, { path, at: 'key' });
  }
  for (const [key, value] of entries) {
    const place = [...path, key];
    const { constant = '' } = value;
    const fixes = [remove(reporter, place, `Remove \`${key.slice(0, 20)}\``)];
    if (key.length > longestKey) {
      const problem = `a key has ${key.length} characters, and at most ${longestKey} are taken`;
      reporter.report('metadata-limit', { problem }, { path: place, at: 'key' }, { fixes });
    }
    if (constant.length > longestValue) {
      const problem = `a value has ${constant.length} characters, and at most ${longestValue} are taken`;
      reporter.report('metadata-limit', { problem }, { path: place }, { fixes });
    }
  }
}
