import * as z from 'zod';

import type { RunEvent, Usage, Problem } from '../core/events.ts';
import { candidatesOf, isModelNode, type CheckedWorkflow } from '../core/workflow/index.ts';
import { ItemTexts } from './itemTexts.ts';
import type { Terminal } from './terminal.ts';

/** What is known of a run when it has ended. */
export interface RunSummary {
  readonly isDone: boolean;
  readonly models: readonly string[];
  readonly usage: Usage | undefined;
  readonly elapsedMs: number | undefined;
  readonly firstTokenMs: number | undefined;
}

/** Shows the text of a run as it arrives, what the model thinks, its calls, its answer with what it cites, and its failure. */
export async function showRun(
  events: AsyncIterable<RunEvent>,
  terminal: Terminal,
  modelAt: (node: string) => string | undefined,
): Promise<RunSummary> {
  const started = performance.now();
  const models = new Set<string>();
  const text = new ItemTexts(terminal);
  const thoughts = new Thoughts(terminal);
  const sources = new Set<string>();
  let firstTokenMs: number | undefined;
  let done: Extract<RunEvent, { event: 'done' }>['data'] | undefined;
  for await (const { event, data } of events) {
    if (event !== 'reasoning') thoughts.end();
    switch (event) {
      case 'token':
        firstTokenMs ??= performance.now() - started;
        text.write(data.text, data.items);
        break;
      case 'function_call':
        text.endLine();
        terminal.note(terminal.err.dim(`→ ${data.name} ${JSON.stringify(data.arguments)}`));
        break;
      case 'function_call_delta':
      case 'tool_result':
      case 'partial':
      case 'step':
      case 'waiting':
        break;
      case 'item':
        text.endRound([...(data.items ?? []), { node: data.node, index: data.index }]);
        terminal.note(terminal.err.dim(`✓ ${data.node} ${data.index + 1}`));
        break;
      case 'reasoning':
        text.endLine();
        thoughts.write(data.text);
        break;
      case 'annotations':
        for (const annotation of data.annotations ?? []) {
          const source = sourceOf(annotation);
          if (source !== undefined) sources.add(source);
        }
        break;
      case 'route':
        models.add(data.model);
        text.endLine();
        terminal.note(terminal.err.dim(`${data.provider} ${data.model} answers (${data.reason})`));
        break;
      case 'restart':
        text.void(data.items);
        terminal.note(terminal.err.dim('The stream broke off; the answer begins anew.'));
        break;
      case 'usage':
        models.add(modelAt(data.node) ?? '');
        break;
      case 'done':
        done = data;
        text.end();
        if (typeof data.output !== 'string') terminal.print(JSON.stringify(data.output, null, 2));
        break;
      case 'error':
        text.end();
        showProblem(data, terminal);
        break;
    }
  }
  text.end();
  thoughts.end();
  if (sources.size > 0) {
    terminal.note(terminal.err.dim('sources:'));
    [...sources].forEach((source, index) => terminal.note(terminal.err.dim(`  ${index + 1}. ${source}`)));
  }
  return {
    isDone: done !== undefined,
    models: [...models].filter((model) => model !== ''),
    usage: done?.usage,
    elapsedMs: done?.meta.elapsed_ms,
    firstTokenMs,
  };
}

/** Prints the events of a run as they are, one JSON object a line. */
export async function printRun(events: AsyncIterable<RunEvent>, terminal: Terminal): Promise<boolean> {
  let isDone = false;
  for await (const event of events) {
    terminal.print(JSON.stringify(event));
    if (event.event === 'done') isDone = true;
    if (event.event === 'error') showProblem(event.data, terminal);
  }
  return isDone;
}

/** What a model thinks, which is no part of the answer: dim lines, each when it is complete. */
class Thoughts {
  readonly #terminal: Terminal;
  #line = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  write(text: string): void {
    const lines = (this.#line + text).split('\n');
    this.#line = lines.pop() ?? '';
    for (const line of lines) this.#note(line);
  }

  end(): void {
    if (this.#line !== '') this.#note(this.#line);
    this.#line = '';
  }

  #note(line: string): void {
    this.#terminal.note(this.#terminal.err.dim(line));
  }
}

const citation = z.object({ title: z.string(), url: z.string(), filename: z.string(), file_id: z.string() }).partial();

/**
 * The page or file that an annotation cites, in one line. Chat Completions has it in a member of its own, the Responses API
 * beside the type: https://developers.openai.com/api/docs/guides/tools-web-search
 */
function sourceOf(annotation: Readonly<Record<string, unknown>>): string | undefined {
  const { data } = citation.safeParse(annotation['url_citation'] ?? annotation);
  const place = data?.url ?? data?.filename ?? data?.file_id;
  if (place === undefined) return undefined;
  return (data?.title ? `${data.title}, ${place}` : place).replace(/\p{Cc}+/gu, ' ');
}

/** Says why a run failed, and what to do. */
export function showProblem(problem: Problem, terminal: Terminal): void {
  const { err } = terminal;
  const place = problem.node ? ` ${err.dim(`(node ${problem.node})`)}` : '';
  terminal.note(`${err.red('error:')} ${problem.detail}${place}`);
  if (problem.hint) terminal.note(`${err.dim('  hint:')} ${problem.hint}`);
  terminal.note(`${err.dim('  code:')} ${problem.code}`);
}

/** One line about a finished run: models, tokens, time. */
export function summaryLine({ models, usage, elapsedMs, firstTokenMs }: RunSummary): string {
  const parts = [
    models.join(', '),
    usage && `${usage.total_tokens} tokens (${usage.prompt_tokens} in, ${usage.completion_tokens} out)`,
    typeof usage?.cost_usd === 'number' && `$${usage.cost_usd.toPrecision(2)}`,
    elapsedMs !== undefined && `${seconds(elapsedMs)} s`,
    firstTokenMs !== undefined && `first token after ${seconds(firstTokenMs)} s`,
  ];
  return parts.filter(Boolean).join(' · ');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

/** Tells the model that a node asks, where the file names one. */
export function modelOf({ file }: CheckedWorkflow): (node: string) => string | undefined {
  return (id) => {
    const node = file.nodes.find((each) => each.id === id);
    const [only, ...others] = isModelNode(node) ? candidatesOf(node) : [];
    return others.length === 0 ? only?.config.model.constant : undefined;
  };
}
