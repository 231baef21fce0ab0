import { candidates, type NodeRule } from '../context.ts';
import { remove } from '../fixes.ts';
import { apiOf } from '../requestedModel.ts';

/** Parameters of Chat Completions that `/v1/responses` does not have. Source: `CreateResponse` in OpenAI's published schema. */
const chatOnly = ['stop', 'seed', 'presencePenalty', 'frequencyPenalty', 'logitBias', 'prediction'] as const;

/** Parameters that the API which is called does not have. */
export const responsesParameters: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    if (apiOf(context, node) !== 'responses') continue;
    for (const parameter of chatOnly) {
      if (node.config[parameter] === undefined) continue;
      const path = context.pathOf(node, 'config', parameter);
      const params = { parameter, node: node.id, isChosen: node.config.api === 'responses' };
      const fixes = [remove(reporter, path, `Remove \`${parameter}\``)];
      reporter.report('not-in-responses', params, { path, at: 'key' }, { fixes });
    }
  }
};
