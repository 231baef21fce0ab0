import { changeTo } from '../fixes.ts';
import { isOperators, isTrigger } from '../../trigger.ts';
import type { NodeRule } from '../context.ts';

/** What every generated service answers itself. */
const reserved: readonly string[] = ['/healthz', '/readyz', '/openapi.json', '/docs'];

export const endpointPath: NodeRule = (context, reporter) => {
  for (const node of context.nodes.filter(isTrigger)) {
    if (isOperators(node)) continue;
    const { path } = node.config;
    const place = context.pathOf(node, 'config', 'path');
    const problem = pathProblem(path);
    if (problem !== undefined) {
      const fixed = `/${path}`;
      const fix =
        path !== '' && !path.startsWith('/') && pathProblem(fixed) === undefined
          ? changeTo(reporter, place, fixed)
          : undefined;
      reporter.report('invalid-endpoint-path', { path, problem }, { path: place }, { fixes: [fix] });
    } else if (reserved.some((taken) => path.toLowerCase() === taken || path.toLowerCase().startsWith(`${taken}/`))) {
      reporter.report('reserved-endpoint-path', { path }, { path: place });
    }
  }
};

function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it does not start with `/`';
  if (path.length > 200) return 'it is longer than 200 characters';
  if (path === '/') return undefined;
  const segments = path.slice(1).split('/');
  if (segments.includes('')) return path.endsWith('/') ? 'it ends with `/`' : 'it has two slashes in a row';
  if (segments.includes('.') || segments.includes('..')) return 'browsers and proxies resolve `.` and `..`';
  const bad = [...path].find((character) => !/[A-Za-z0-9\-_.~/]/.test(character));
  if (bad === '{' || bad === '}') return 'path parameters are not supported; take the value from the input';
  return bad === undefined ? undefined : `it has the character \`${bad}\``;
}
