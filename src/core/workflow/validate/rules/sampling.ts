import { Template } from '../../expressions/syntax.ts';
import { findModel } from '../../models/models.ts';
import { changeTo, remove } from '../fixes.ts';
import { nodesOfType, type Rule } from '../context.ts';

/** `temperature` and `maxTokens` that the model would refuse. */
export const sampling: Rule = (context, reporter) => {
  for (const node of nodesOfType(context, 'openaiCompletion')) {
    const { temperature, maxTokens } = node.config;
    const model = findModel(node.config.model.constant ?? '');
    const name = node.config.model.constant ?? '';
    const temperaturePath = context.pathOf(node, 'config', 'temperature');
    if (typeof temperature === 'number' && (temperature < 0 || temperature > 2)) {
      const fix = changeTo(reporter, temperaturePath, temperature < 0 ? 0 : 2);
      reporter.report('temperature-out-of-range', { value: temperature }, { path: temperaturePath }, { fixes: [fix] });
    } else if (
      typeof temperature === 'number' &&
      temperature !== 1 &&
      model !== undefined &&
      model.sampling !== 'always' &&
      !(model.sampling === 'without-reasoning' && (node.config.reasoningEffort ?? model.defaultEffort) === 'none')
    ) {
      const fix = remove(reporter, temperaturePath, 'Remove `temperature`');
      reporter.report(
        'fixed-temperature',
        { model: name, value: temperature },
        { path: temperaturePath },
        { fixes: [fix] },
      );
    }
    if (maxTokens === undefined || maxTokens instanceof Template || model === undefined || maxTokens <= model.maxOutput)
      continue;
    const path = context.pathOf(node, 'config', 'maxTokens');
    const params = { model: name, value: maxTokens, limit: model.maxOutput };
    reporter.report('max-tokens-too-large', params, { path }, { fixes: [changeTo(reporter, path, model.maxOutput)] });
  }
};
