import { providerOf } from '../../modelNodes.ts';
import { serverName } from '../../models/compatible/compatible.ts';
import { registry } from '../../nodes/registry.ts';
import { suggest } from '../../suggest.ts';
import { candidates, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';

/** The names of servers, where nodes say them: real ones, and none of a provider that has a node of its own. */
export const servers: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    const name = node.config.provider;
    if (name === undefined) continue;
    const path = context.pathOf(node, 'config', 'provider');
    if (!serverName.test(name)) {
      const { furtherProviders = [] } = registry[node.type];
      const suggestion = suggest(
        name,
        furtherProviders.map(({ id }) => id),
      );
      reporter.report(
        'invalid-server-name',
        { name },
        { path },
        { suggestion, fixes: [changeTo(reporter, path, suggestion)] },
      );
      continue;
    }
    const { key } = providerOf(node).variables;
    const own = Object.values(registry).find(
      ({ type, provider }) => type !== node.type && provider?.variables.key === key,
    );
    if (own?.provider === undefined) continue;
    const type = reporter.source.replaceValue(context.pathOf(node, 'type'), JSON.stringify(own.type));
    const named = reporter.source.remove(path);
    const fixes = named === undefined ? [] : [{ title: `Make it a \`${own.type}\` node`, edits: [type, named] }];
    reporter.report('server-has-node', { name, provider: own.provider.name, type: own.type }, { path }, { fixes });
  }
};
