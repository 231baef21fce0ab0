import { curlBody } from './codegen/python/project/curlBody.ts';
import { sampleObject } from './codegen/python/project/sample.ts';
import { bodyOf } from './workflow/nodes/requestBody.ts';
import type { Endpoint, Json } from './workflow/index.ts';

/**
 * A curl line for a workflow's endpoint that can be pasted into a POSIX shell.
 * @param serviceUrl where the service is, such as `http://127.0.0.1:8000`
 * @param input what is sent; a sample that fits the schema where none is given
 */
export function curlLine(
  serviceUrl: string,
  endpoint: Endpoint,
  input: Readonly<Record<string, Json>> = sampleObject(endpoint.inputSchema),
  headers: Readonly<Record<string, string>> = {},
): string {
  const { method, path, stream } = endpoint;
  const url = `${serviceUrl.replace(/\/$/, '')}${path}`;
  const accept = stream === 'never' ? [] : ['-H', 'Accept: text/event-stream'];
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const carried = bodyOf(endpoint);
  if (carried === 'query') {
    const query = Object.entries(input).map(
      ([key, value]) => `${formEncoded(key)}=${formEncoded(typeof value === 'string' ? value : JSON.stringify(value))}`,
    );
    const target = query.length === 0 ? url : `${url}?${query.join('&')}`;
    return shellLine(['curl', '-N', '-X', method, target, ...accept, ...given]);
  }
  const json = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(input)];
  const body = carried === 'json' ? json : curlBody(carried, input);
  const verb = method === 'POST' ? [] : ['-X', method];
  return shellLine(['curl', '-N', ...verb, url, ...accept, ...given, ...body]);
}

function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
