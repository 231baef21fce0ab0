import * as z from 'zod';

import type { CheckedWorkflow } from '../core/workflow/index.ts';
import type { ServerSentEvent } from '../host/serverSentEvents.ts';
import type { Terminal } from './terminal.ts';

const usageSchema = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number(),
  total_tokens: z.number(),
});

const usageEventSchema = z.object({ node: z.string(), cost_usd: z.number().nullish() });

const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  code: z.string().optional(),
  hint: z.string().nullish(),
  node: z.string().nullish(),
});

const doneSchema = z.object({
  output: z.unknown(),
  usage: usageSchema.nullish(),
  meta: z.object({ elapsed_ms: z.number() }).nullish(),
});

/** What is known of a run when it has ended. */
export interface RunSummary {
  readonly outcome: 'done' | 'error' | 'cut';
  readonly models: readonly string[];
  readonly usage: z.output<typeof usageSchema> | undefined;
  readonly costUsd: number | undefined;
  readonly elapsedMs: number;
  readonly firstTokenMs: number | undefined;
}

/** Follows the events of a run and shows its text as it arrives, its calls, its answer and its failure. */
export async function showRun(
  events: AsyncIterable<ServerSentEvent>,
  terminal: Terminal,
  options: { readonly json?: boolean | undefined; readonly modelOf: (node: string) => string | undefined },
): Promise<RunSummary> {
  const started = performance.now();
  const models = new Set<string>();
  let outcome: RunSummary['outcome'] = 'cut';
  let usage: RunSummary['usage'];
  let costUsd: number | undefined;
  let elapsedMs: number | undefined;
  let firstTokenMs: number | undefined;
  let openLine = false;
  const closeLine = (): void => {
    if (openLine && !options.json) terminal.write('\n');
    openLine = false;
  };

  for await (const { event, data } of events) {
    const value: unknown = JSON.parse(data);
    if (options.json) terminal.print(JSON.stringify({ event, data: value }));
    const show = !options.json;
    if (event === 'token') {
      const { text } = z.object({ text: z.string() }).parse(value);
      firstTokenMs ??= performance.now() - started;
      if (show) terminal.write(text);
      openLine = text === '' ? openLine : !text.endsWith('\n');
    } else if (event === 'function_call') {
      const call = z.object({ name: z.string(), arguments: z.unknown() }).parse(value);
      closeLine();
      if (show) terminal.note(terminal.err.dim(`→ ${call.name} ${JSON.stringify(call.arguments)}`));
    } else if (event === 'usage') {
      const { node, cost_usd: cost } = usageEventSchema.parse(value);
      const model = options.modelOf(node);
      if (model !== undefined) models.add(model);
      if (typeof cost === 'number') costUsd = (costUsd ?? 0) + cost;
    } else if (event === 'done') {
      const done = doneSchema.parse(value);
      outcome = 'done';
      usage = done.usage ?? undefined;
      elapsedMs = done.meta?.elapsed_ms;
      closeLine();
      if (show && typeof done.output !== 'string') terminal.print(JSON.stringify(done.output, null, 2));
    } else if (event === 'error') {
      outcome = 'error';
      closeLine();
      showProblem(value, terminal);
    }
  }
  closeLine();
  if (outcome === 'cut') showProblem({ detail: 'The service ended the stream without an end event.' }, terminal);
  return {
    outcome,
    models: [...models],
    usage,
    costUsd,
    elapsedMs: elapsedMs ?? performance.now() - started,
    firstTokenMs,
  };
}

function showProblem(value: unknown, terminal: Terminal): void {
  const problem = problemSchema.parse(value);
  const { err } = terminal;
  const place = problem.node ? ` ${err.dim(`in node ${problem.node}`)}` : '';
  terminal.note(`${err.red('error:')} ${problem.detail ?? problem.title ?? 'The run failed.'}${place}`);
  if (problem.hint) terminal.note(`${err.dim('  hint:')} ${problem.hint}`);
  if (problem.code) terminal.note(`${err.dim('  code:')} ${problem.code}`);
}

/** One line about a finished run: model, tokens, time, price. */
export function summaryLine({ models, usage, elapsedMs, firstTokenMs, costUsd }: RunSummary): string {
  const parts = [
    models.join(', '),
    usage && `${usage.total_tokens} tokens (${usage.prompt_tokens} in, ${usage.completion_tokens} out)`,
    `${(elapsedMs / 1000).toFixed(2)} s`,
    firstTokenMs !== undefined && `first token after ${(firstTokenMs / 1000).toFixed(2)} s`,
    costUsd !== undefined && `$${costUsd.toFixed(6)}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** Tells the model that a node asks, where the file names one. */
export function modelOf({ file }: CheckedWorkflow): (node: string) => string | undefined {
  return (id) => {
    const node = file.nodes.find((each) => each.id === id);
    return node?.type === 'openaiCompletion' ? node.config.model.constant : undefined;
  };
}
