import type { Fix } from '../../diagnostics/diagnostic.ts';
import type { Reporter } from '../../diagnostics/report.ts';
import type { JsonPath } from '../../json.ts';
import { candidates, type NodeRule } from '../context.ts';
import { json } from '../fixes.ts';
import type { Candidate } from '../../modelNodes.ts';
import { hasRounds, modelBehind } from '../requestedModel.ts';

/** The deprecated `functions` beside `tools`, or for a model that no longer takes them. */
export const legacyFunctions: NodeRule = (context, reporter) => {
  for (const node of candidates(context)) {
    const { functions, tools, functionCall } = node.config;
    // What may be called is the same for all that a node can ask.
    const path = context.pathOf(node, 'config', 'functions').slice(0, -1);
    const model = node.config.baseModel ?? node.config.model.constant ?? '';
    const place = { path: [...path, 'functions'], at: 'key' } as const;
    if (functions.length > 0 && (tools.length > 0 || hasRounds(context, node))) {
      const params = { node: node.id, isConnected: tools.length === 0 };
      reporter.report('functions-and-tools', params, place, { fixes: [migration(reporter, path, node)] });
    } else if (functions.length > 0 && modelBehind(node)?.functions === false) {
      reporter.report('functions-sent-as-tools', { model }, place, { fixes: [migration(reporter, path, node)] });
    } else if (functionCall !== undefined && functions.length === 0 && tools.length > 0) {
      const edits = [reporter.source.renameKey([...path, 'functionCall'], 'toolChoice')];
      const fix: Fix | undefined =
        node.config.toolChoice === undefined ? { title: 'Rename `functionCall` to `toolChoice`', edits } : undefined;
      const params = { node: node.id };
      reporter.report(
        'function-call-with-tools',
        params,
        { path: [...path, 'functionCall'], at: 'key' },
        { fixes: [fix] },
      );
    }
  }
};

/** Makes `tools` of `functions`, and `toolChoice` of `functionCall`; undefined where both are set already. */
function migration({ source }: Reporter, path: JsonPath, { config }: Candidate): Fix | undefined {
  if (config.functionCall !== undefined && config.toolChoice !== undefined) return undefined;
  const title = 'Move `functions` to `tools`';
  const choice = config.functionCall === undefined ? [] : [source.renameKey([...path, 'functionCall'], 'toolChoice')];
  const from = [...path, 'functions'];
  const to = [...path, 'tools'];
  if (!source.has(to)) return { title, edits: [source.renameKey(from, 'tools'), ...choice] };
  const removal = source.remove(from);
  if (removal === undefined) return undefined;
  const merged = json(source, to, [...config.tools, ...config.functions]);
  return { title, edits: [removal, source.replaceValue(to, merged), ...choice] };
}
