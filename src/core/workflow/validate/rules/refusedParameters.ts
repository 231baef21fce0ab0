import type { JsonPath } from '../../json.ts';
import { providerOf, type Candidate } from '../../modelNodes.ts';
import { candidates, type CheckContext, type NodeRule } from '../context.ts';
import { changeTo, remove } from '../fixes.ts';
import { callableNames } from '../requestedModel.ts';
import { partsOf, sentMessages, writtenMessages } from '../sentMessages.ts';

/** What a provider's API refuses whatever the model: parameters, names of participants, files, thoughts inside of JSON. */
export const refusedParameters: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    const { name: provider, rules } = providerOf(node);
    const { extra = {} } = node.config;
    for (const parameter of Object.keys(extra)) {
      if (!rules.refused.includes(parameter) || (parameter === 'n' && extra['n'] === 1)) continue;
      const place = context.pathOf(node, 'config', 'extra', parameter);
      const fixes = [remove(reporter, place, `Remove \`${parameter}\``)];
      reporter.report('refused-parameter', { provider, parameter }, { path: place, at: 'key' }, { fixes });
    }
    for (const parameter of refusedKeys(node.config, rules.refused)) {
      const place = context.pathOf(node, 'config', parameter);
      const fixes = [remove(reporter, place, `Remove \`${parameter}\``)];
      reporter.report('refused-parameter', { provider, parameter }, { path: place, at: 'key' }, { fixes });
    }
    if (!rules.participantNames)
      for (const place of namesOf(context, node))
        reporter.report(
          'refused-participant-name',
          { provider, node: node.id },
          { path: place, at: 'key' },
          { fixes: [remove(reporter, place, 'Remove `name`')] },
        );
    if (!rules.files)
      for (const path of partsOf(context, node, 'file'))
        reporter.report('refused-file', { provider, node: node.id }, { path });
    const besides = withoutRaw(context, node);
    if (node.config.reasoningFormat === 'raw' && besides !== undefined) {
      const place = context.pathOf(node, 'config', 'reasoningFormat');
      const fixes = [changeTo(reporter, place, 'parsed')];
      reporter.report('raw-reasoning-refused', { provider, besides }, { path: place }, { fixes });
    }
  }
};

/** The keys of a config that stand for what is refused, which is told by wire names. */
function refusedKeys(config: object, refused: readonly string[]): readonly string[] {
  return Object.entries(config).flatMap(([key, value]) =>
    value !== undefined && refused.includes(key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      ? key
      : [],
  );
}

/** Where the messages that a node sends name who speaks, as far as they are known here. */
function namesOf(context: CheckContext, node: Candidate): readonly JsonPath[] {
  const sent = sentMessages(context.graph, node);
  return writtenMessages(sent?.messages ?? []).flatMap(({ index, message: { name } }) =>
    sent === undefined || name === undefined ? [] : [context.pathOf(sent.owner, 'config', 'messages', index, 'name')],
  );
}

/** What a node has that thoughts in its text are refused with. */
function withoutRaw(context: CheckContext, node: Candidate): string | undefined {
  if (node.config.responseFormat !== 'text') return 'an answer in JSON';
  return callableNames(context, node).length > 0 ? 'tools' : undefined;
}
