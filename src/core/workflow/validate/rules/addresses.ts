import type { Template } from '../../expressions/syntax.ts';
import { outsideNodes, type NodeRule } from '../context.ts';

/** Addresses of other services: nobody but the file and its operator says which host is asked. */
export const addresses: NodeRule = (context, reporter) => {
  for (const node of outsideNodes(context)) {
    const { url, credential } = node.config;
    if (url.problems.length > 0) continue;
    const place = { path: context.pathOf(node, 'config', 'url') };
    const open = openness(url);
    if (open !== undefined) {
      reporter.report('open-address', { problem: open }, place);
      continue;
    }
    const [first] = url.parts;
    if (first?.kind === 'expression') continue;
    const { scheme, host, path } = addressParts(first?.text ?? '') ?? {};
    const problem =
      host === undefined ? 'it does not begin with `https://` and a host' : literalProblem(host, path ?? '');
    if (problem !== undefined || host === undefined) {
      reporter.report('invalid-address', { problem: problem ?? '' }, place);
      continue;
    }
    if (isPrivate(host)) reporter.report('private-address', { host }, place);
    else if (credential !== undefined && scheme === 'http') {
      reporter.report('invalid-address', { problem: 'a credential is sent over https only' }, place);
    }
  }
};

/** Why the host is not fixed; undefined where it is. */
function openness({ parts }: Template): string | undefined {
  const [first, second] = parts;
  if (first?.kind === 'expression') {
    const { expression } = first;
    if (expression.kind !== 'path' || expression.root !== 'env') return 'it begins with a value that is no variable';
    if (second === undefined || (second.kind === 'text' && /^[/?#]/.test(second.text))) return undefined;
    return 'what stands behind the variable could lengthen its host';
  }
  if (second === undefined) return undefined;
  const text = first?.text ?? '';
  if (/^https?:\/\/[^/?#]*$/i.test(text)) return 'a value stands in its host';
  return addressParts(text) === undefined ? 'it does not begin with `https://` and a host' : undefined;
}

interface AddressParts {
  readonly scheme: string;
  /** With its port. */
  readonly host: string;
  /** All behind the host. */
  readonly path: string;
}

function addressParts(text: string): AddressParts | undefined {
  const [, scheme = '', host = '', path = ''] = /^(https?):\/\/([^/?#]+)(.*)$/isu.exec(text) ?? [];
  return host === '' ? undefined : { scheme: scheme.toLowerCase(), host, path };
}

function literalProblem(host: string, rest: string): string | undefined {
  if (host.includes('@')) return 'it names a user; a password belongs in a credential';
  if (!/^(?:[\p{L}\p{N}._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/iu.test(host)) return `\`${host}\` is no host`;
  const [path = ''] = rest.split(/[?#]/, 1);
  const hasDots = path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
  return hasDots ? 'its path holds `.` or `..`' : undefined;
}

/** Names and addresses that are surely not public; what others resolve to is seen when they are asked. */
function isPrivate(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return (
    /^(?:localhost|.*\.localhost|.*\.local|.*\.internal)$/.test(name) ||
    /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.[\d.]+$/.test(name) ||
    /^\[(?:::1?|f[cd].*|fe[89ab].*)\]$/.test(name)
  );
}
