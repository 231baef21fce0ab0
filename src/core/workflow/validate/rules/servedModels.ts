import { templatesIn } from '../../expressions/templateSchema.ts';
import { pathsOf } from '../../expressions/walk.ts';
import { meaningOf, typesOf } from '../../jsonSchema.ts';
import { isModelNode } from '../../modelNodes.ts';
import { remembered, servedInput, servedRequest } from '../../servedModel.ts';
import { suggest } from '../../suggest.ts';
import { writtenPath } from '../expressionContext.ts';
import { nodesOfType, type NodeRule } from '../context.ts';
import { changeTo } from '../fixes.ts';

const modelName = /^[A-Za-z0-9](?:[A-Za-z0-9._:-]|\/(?!\/)){0,127}(?<![^A-Za-z0-9])$/u;

/** What a workflow that is asked as a model is called, and how its input is made of a request. */
export const servedModels: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'httpEndpoint')) {
    const { openai, inputSchema, path } = node.config;
    if (openai === undefined) continue;
    const place = context.pathOf(node, 'config', 'openai');
    if (!modelName.test(openai.model))
      reporter.report('invalid-served-model', { model: openai.model }, { path: [...place, 'model'] });
    if (path === '/v1' || path.startsWith('/v1/'))
      reporter.report(
        'served-path-taken',
        { path },
        { path: context.pathOf(node, 'config', 'path') },
        { fixes: [changeTo(reporter, context.pathOf(node, 'config', 'path'), path.replace('/v1', '/workflows'))] },
      );
    if (typesOf(inputSchema).join() !== 'object') continue;
    const { properties = {}, required = [], additionalProperties } = meaningOf(inputSchema);
    const known = Object.keys(properties);
    for (const name of Object.keys(openai.input ?? {})) {
      if (known.includes(name) || (known.length === 0 && additionalProperties !== false)) continue;
      reporter.report(
        'unknown-served-input',
        { name, known },
        { path: [...place, 'input', name], at: 'key' },
        { suggestion: suggest(name, known) },
      );
    }
    for (const { template, path: within } of templatesIn(openai.input)) {
      const other = pathsOf(template).find(({ path: read }) => !['input', 'local'].includes(read.root));
      if (other === undefined) continue;
      const params = { read: writtenPath(other.path, other.path.segments.length) };
      reporter.report('unreadable-in-served-input', params, {
        path: [...place, 'input', ...within],
        at: other.path.span,
      });
    }
    const filled = servedInput(node.config);
    for (const name of required) {
      if (filled.has(name) || meaningOf(properties[name] ?? {}).default !== undefined) continue;
      const sources = Object.keys(servedRequest.properties ?? {}).map((source) => `input.${source}`);
      reporter.report('unfilled-served-input', { name, sources }, { path: place, at: 'key' });
    }
  }
  const { trigger } = context;
  for (const node of nodesOfType(context, 'httpEndpoint')) {
    const { mcp, path: taken } = node.config;
    if (mcp === undefined) continue;
    const path = context.pathOf(node, 'config', 'mcp', 'tool');
    const place = context.pathOf(node, 'config', 'path');
    if (!/^[A-Za-z0-9_-]{1,64}$/u.test(mcp.tool)) reporter.report('invalid-served-tool', { tool: mcp.tool }, { path });
    else if ((mcp.description ?? context.file.description).trim() === '')
      reporter.report('undescribed-served-tool', { tool: mcp.tool }, { path });
    if (taken === '/mcp') reporter.report('reserved-endpoint-path', { path: taken }, { path: place });
  }
  for (const node of nodesOfType(context, 'websocketEndpoint')) {
    const { conversation, inputSchema } = node.config;
    if (conversation === undefined || remembered(inputSchema) !== undefined) continue;
    reporter.report(
      'conversation-without-history',
      {},
      { path: context.pathOf(node, 'config', 'conversation'), at: 'key' },
    );
  }
  for (const node of context.nodes) {
    if (!isModelNode(node) || node.config.callerTools !== true || trigger === undefined) continue;
    if (trigger.type === 'httpEndpoint' && trigger.config.openai !== undefined) continue;
    reporter.report(
      'unserved-caller-tools',
      { node: node.id },
      { path: context.pathOf(node, 'config', 'callerTools') },
    );
  }
};
