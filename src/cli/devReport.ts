import { visible } from '../core/workflow/diagnostics/display.ts';
import type { CommandContext } from './context.ts';
import type { RequestReport } from './gateway.ts';
import { findingTexts } from './report.ts';
import type { LoadedWorkflow } from '../host/workflowFiles.ts';

/** What `dev` tells as it goes. */
export interface DevReport {
  ready(details: { readonly name: string; readonly url: string; readonly notice: string; readonly curl: string }): void;
  /** A file was saved, but the service would be the same. */
  unchanged(name: string): void;
  diagnostics(loaded: LoadedWorkflow, isServing: boolean): void;
  failed(error: Error & { readonly hint?: string }, isServing: boolean): void;
  request(report: RequestReport): void;
  log(line: string): void;
}

export function devReport(context: CommandContext, json: boolean): DevReport {
  return json ? jsonReport(context) : textReport(context);
}

function jsonReport({ terminal }: CommandContext): DevReport {
  const print = (event: string, details: object): void => terminal.print(JSON.stringify({ event, ...details }));
  return {
    ready: (details) => print('ready', details),
    unchanged: (name) => print('unchanged', { name }),
    diagnostics: ({ path, diagnostics }, isServing) => print('diagnostics', { file: path, diagnostics, isServing }),
    failed: ({ message, hint }, isServing) => print('failed', { message, hint, isServing }),
    request: (report) => print('request', report),
    log: (line) => print('log', { line }),
  };
}

function textReport({ terminal }: CommandContext): DevReport {
  const { out } = terminal;
  let starts = 0;
  const time = (): string => out.dim(new Date().toTimeString().slice(0, 8));
  return {
    ready({ name, url, notice, curl }) {
      starts += 1;
      if (starts > 1) return terminal.print(`${time()} ${out.green('reloaded')} ${name}`);
      terminal.print(`${out.green('ready')} ${out.bold(name)} is served at ${out.cyan(url)}`);
      terminal.print(out.dim(notice));
      terminal.print(`\nTry it:\n  ${curl}\n`);
      terminal.print(out.dim('Saving the workflow, or a file that it names, serves it anew. Ctrl-C ends it.\n'));
    },
    unchanged: (name) => terminal.print(`${time()} ${out.dim('unchanged')} ${name}`),
    diagnostics(loaded, isServing) {
      for (const text of findingTexts(loaded, loaded.diagnostics, out)) terminal.print(text);
      if (loaded.checked === undefined) terminal.print(`${time()} ${out.red('errors')} ${still(isServing)}`);
    },
    failed({ message, hint }, isServing) {
      terminal.print(`${time()} ${out.red('error')} ${message}`);
      if (hint !== undefined) terminal.print(`${out.dim('  hint:')} ${hint}`);
      terminal.print(`${time()} ${still(isServing)}`);
    },
    request({ method, path, status, elapsedMs, outcome, totalTokens }) {
      const colour = { done: out.green, error: out.red, cancelled: out.yellow }[outcome];
      const tokens = totalTokens === undefined ? '' : ` ${totalTokens} tokens`;
      const ending = outcome === 'cancelled' ? ' cancelled by the caller' : '';
      terminal.print(
        `${time()} ${method} ${visible(path)} ${colour(String(status))} ${elapsedMs} ms${tokens}${ending}`,
      );
    },
    log: (line) => terminal.note(terminal.err.dim(line)),
  };
}

function still(isServing: boolean): string {
  return isServing ? 'The last good version goes on serving.' : 'Nothing is served until this is mended.';
}
