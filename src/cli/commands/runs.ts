import { UsageError } from '../../host/errors.ts';
import { DurableRuns, runStandings, type DurableRun, type RunSummary } from '../../host/durableRuns.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { printRun, showProblem, showRun, summaryLine } from '../runEvents.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface RunsOptions {
  readonly url: string;
  readonly workflow?: string;
  readonly status?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

const actions = ['list', 'show', 'follow', 'cancel', 'retry'] as const;
type Action = (typeof actions)[number];

/** Lists the durable runs of a service, or does something with one of them. */
export async function runs(
  context: CommandContext,
  wanted: string,
  id: string | undefined,
  options: RunsOptions,
): Promise<ExitCode> {
  const action = actionOf(wanted);
  const service = new DurableRuns(serviceUrl(options.url), context.env['RUNS_TOKEN'], context.signal);
  if (action === 'list') return list(context, service, options);
  if (id === undefined)
    throw new UsageError(`${action} needs the id of a run.`, `Say catalyst runs ${action} ID; list shows the ids.`);
  switch (action) {
    case 'show':
      return show(context, await service.show(id), options);
    case 'follow':
      return follow(context, service, id, options);
    case 'cancel':
      return tell(context, await service.cancel(id), options);
    case 'retry':
      return tell(context, await service.retry(id), options);
  }
}

function actionOf(wanted: string): Action {
  const action = actions.find((each) => each === wanted);
  if (action === undefined) throw new UsageError(`There is no action ${wanted}.`, `There are ${actions.join(', ')}.`);
  return action;
}

function serviceUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/u.test(url.protocol))
    throw new UsageError(`${text} is no address of a service.`, 'Write it as --url http://127.0.0.1:8000.');
  return url;
}

async function list({ terminal }: CommandContext, service: DurableRuns, options: RunsOptions): Promise<ExitCode> {
  const { workflow, status, since, limit } = options;
  if (status !== undefined && !runStandings.some((each) => each === status))
    throw new UsageError(`No run is ${status}.`, `They are ${runStandings.join(', ')}.`);
  if (limit !== undefined && !/^[1-9]\d{0,3}$/u.test(limit))
    throw new UsageError(`${limit} is no number of runs.`, 'Write a number from 1 to 1000.');
  const found = await service.list({
    workflow,
    status,
    since: since === undefined ? undefined : timeOf(since, Date.now()),
    limit: limit === undefined ? undefined : Number(limit),
  });
  if (options.json) {
    terminal.print(JSON.stringify(found, null, 2));
    return exitCode.fine;
  }
  if (found.length === 0) terminal.note('There are no such runs.');
  const { out } = terminal;
  const header = ['id', 'workflow', 'status', 'began', 'ended'].map((title) => out.dim(title));
  const rows = found.map((run) => [
    run.id,
    run.workflow,
    standing(run, terminal),
    run.created_at ?? '',
    run.ended_at ?? '',
  ]);
  if (rows.length > 0) for (const line of table([header, ...rows])) terminal.print(line);
  return exitCode.fine;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The time that `2h` or a date means. */
function timeOf(text: string, now: number): Date {
  const [, number, unit = ''] = /^(\d{1,6})([smhd])$/u.exec(text) ?? [];
  const seconds = units[unit];
  if (number !== undefined && seconds !== undefined) return new Date(now - Number(number) * seconds * 1000);
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new UsageError(`${text} is no time.`, 'Write 30m, 2h, 3d, or a date such as 2026-01-31T06:00Z.');
  return date;
}

function standing({ status }: RunSummary, { out }: Terminal): string {
  if (status === 'succeeded') return out.green(status);
  return status === 'running' ? status : out.red(status);
}

function show({ terminal }: CommandContext, run: DurableRun, { json }: RunsOptions): ExitCode {
  if (json) {
    terminal.print(JSON.stringify(run, null, 2));
    return exitCode.fine;
  }
  const { out } = terminal;
  terminal.print(`${run.workflow} ${standing(run, terminal)} ${out.dim(run.id)}`);
  const rows = run.steps.map((step) => [
    `  ${step.step}`,
    step.code ?? step.status,
    step.usage === undefined ? '' : `${step.usage.total_tokens} tokens`,
    typeof step.usage?.cost_usd === 'number' ? `$${step.usage.cost_usd.toPrecision(2)}` : '',
    step.repeated === undefined ? '' : `begun ${step.attempts ?? 2} times`,
  ]);
  for (const line of table(rows)) terminal.print(line);
  terminal.note(
    out.dim(
      summaryLine({
        isDone: run.status === 'succeeded',
        models: [],
        usage: run.usage,
        elapsedMs: run.result?.meta.elapsed_ms,
        firstTokenMs: undefined,
      }),
    ),
  );
  if (run.result !== undefined) terminal.print(JSON.stringify(run.result.output, null, 2));
  if (run.problem !== undefined) showProblem(run.problem, terminal);
  return exitCode.fine;
}

async function follow(
  { terminal }: CommandContext,
  service: DurableRuns,
  id: string,
  { json }: RunsOptions,
): Promise<ExitCode> {
  const events = service.follow(id);
  const isDone = json ? await printRun(events, terminal) : (await showRun(events, terminal, () => undefined)).isDone;
  return isDone ? exitCode.fine : exitCode.runFailed;
}

function tell({ terminal }: CommandContext, run: RunSummary, { json }: RunsOptions): ExitCode {
  terminal.print(json ? JSON.stringify(run, null, 2) : `${run.workflow} ${standing(run, terminal)} ${run.id}`);
  return exitCode.fine;
}
