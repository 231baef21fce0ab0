import { hasNoBody, withoutFiles } from '../../nodes/requestBody.ts';
import { nodesOfType, type NodeRule } from '../context.ts';

const fileName = /^[A-Za-z][\w-]{0,63}$/;
const contentType = /^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)$/;

/** A request can carry the body and the files that its endpoint takes. */
export const endpointBodies: NodeRule = (context, reporter) => {
  for (const node of nodesOfType(context, 'httpEndpoint')) {
    const { body, files, inputSchema, method } = node.config;
    const report = (problem: string, ...path: readonly (string | number)[]): void =>
      reporter.report('unusable-body', { problem }, { path: context.pathOf(node, 'config', ...path) });
    if (body !== undefined && body !== 'query' && hasNoBody(method))
      report(`a request with ${method} has none; its input is the query`, 'body');
    if (files.length > 0 && body !== 'multipart') report('`files` need `body` to be `multipart`', 'files');
    const names = new Set(Object.keys(withoutFiles(inputSchema).properties ?? {}));
    for (const [index, { name, contentTypes }] of files.entries()) {
      if (!fileName.test(name))
        report(`${JSON.stringify(name)} is no name of a file; write letters, digits, _ and -`, 'files', index, 'name');
      else if (names.has(name)) report(`there are two values called \`${name}\``, 'files', index, 'name');
      names.add(name);
      for (const [place, type] of contentTypes.entries())
        if (!contentType.test(type))
          report(`${JSON.stringify(type)} is no media type`, 'files', index, 'contentTypes', place);
    }
  }
};
