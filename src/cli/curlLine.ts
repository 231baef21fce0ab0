import { sampleObject } from '../core/codegen/python/index.ts';
import type { CheckedWorkflow } from '../core/workflow/index.ts';

/** A curl line for a workflow's endpoint that can be pasted into a POSIX shell. */
export function curlLine(serviceUrl: string, { config }: CheckedWorkflow['trigger']): string {
  const input = sampleObject(config.inputSchema);
  const url = new URL(config.path, serviceUrl);
  const accept = config.stream === 'never' ? [] : ['-H', 'Accept: text/event-stream'];
  if (config.method === 'GET' || config.method === 'DELETE') {
    for (const [key, value] of Object.entries(input))
      url.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value));
    return shellLine(['curl', '-N', '-X', config.method, url.href, ...accept]);
  }
  const body = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(input)];
  const method = config.method === 'POST' ? [] : ['-X', config.method];
  return shellLine(['curl', '-N', ...method, url.href, ...accept, ...body]);
}

export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
