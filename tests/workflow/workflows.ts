import { check, parse, type Diagnostic, type Workflow } from '../../src/core/workflow/index.ts';

/** "a.true > b" → an edge; the handles are `output` and `input` when left out. */
export function edge(text: string) {
  const [from = '', to = ''] = text.split(' > ');
  const [source = '', sourceHandle = 'output'] = from.split('.');
  const [target = '', targetHandle = 'input'] = to.split('.');
  return { source, sourceHandle, target, targetHandle };
}

/** A node of a type that has nothing in its config to find fault with. */
export function node(id: string, type: string, config?: object) {
  const configs: Record<string, object> = {
    httpEndpoint: {
      path: '/run',
      inputSchema: { type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } },
    },
    promptTemplate: { messages: [{ role: 'user', content: 'Hello' }] },
    openaiCompletion: { model: 'gpt-5.4-mini', prompt: 'Hello' },
    condition: { expression: '{{ input.ok }}' },
    pythonFunction: { code: 'from typing import Any\n\n\ndef run() -> Any:\n    return ""\n', function: 'run' },
    response: { output: 'done' },
  };
  return { id, type, config: config ?? configs[type] };
}

/** "ask:httpEndpoint" and so on; `c…` are conditions, `r…` responses, `m…` models, all others functions. */
export function workflowText(ids: readonly string[], edges: readonly string[]): string {
  const types: Record<string, string> = { a: 'httpEndpoint', c: 'condition', r: 'response', m: 'openaiCompletion' };
  const nodes = ids.map((id) => node(id, types[id.charAt(0)] ?? 'pythonFunction'));
  return JSON.stringify({ version: 1, name: 'graph', nodes, edges: edges.map(edge) }, null, 1);
}

export function read(text: string): Workflow {
  const result = parse(text);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.value;
}

export function diagnose(text: string, sources: ReadonlyMap<string, string> = new Map()): readonly Diagnostic[] {
  const parsed = parse(text);
  return parsed.ok ? check(parsed.value, sources).diagnostics : parsed.diagnostics;
}

export function codes(diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code }) => code);
}
