import type { CheckedWorkflow } from '../core/workflow/index.ts';

type Schema = CheckedWorkflow['trigger']['config']['inputSchema'];

/** An input that fits a schema's required keys, to show how a workflow is called. */
export function sampleInput(schema: Schema): Record<string, unknown> {
  const properties = Object.entries(schema.properties ?? {});
  const required = properties.filter(([key]) => schema.required?.includes(key) ?? false);
  return Object.fromEntries(required.map(([key, property]) => [key, sampleValue(property)]));
}

function sampleValue(schema: Schema): unknown {
  const given = schema.examples?.[0] ?? schema.default ?? schema.const ?? schema.enum?.[0];
  if (given !== undefined) return given;
  switch ([schema.type].flat()[0]) {
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return schema.items === undefined ? [] : [sampleValue(schema.items)];
    case 'object':
      return sampleInput(schema);
    case 'null':
      return null;
    default:
      return 'Hello';
  }
}

/** A curl line for a workflow's endpoint that can be pasted into a POSIX shell. */
export function curlLine(serviceUrl: string, { config }: CheckedWorkflow['trigger']): string {
  const input = sampleInput(config.inputSchema);
  const url = new URL(config.path, serviceUrl);
  const accept = config.stream === 'never' ? [] : ['-H', 'Accept: text/event-stream'];
  if (config.method === 'GET' || config.method === 'DELETE') {
    for (const [key, value] of Object.entries(input)) url.searchParams.set(key, String(value));
    return shellLine(['curl', '-N', '-X', config.method, url.href, ...accept]);
  }
  const body = ['-H', 'Content-Type: application/json', '-d', JSON.stringify(input)];
  const method = config.method === 'POST' ? [] : ['-X', config.method];
  return shellLine(['curl', '-N', ...method, url.href, ...accept, ...body]);
}

export function shellLine(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}
