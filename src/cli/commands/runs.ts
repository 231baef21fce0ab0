import { UsageError } from '../../host/errors.ts';
import { DurableRuns } from '../../host/durableRuns.ts';
import { DurableService, serviceAddress } from '../../host/durableService.ts';
import {
  awaitedKinds,
  awaitedOf,
  runStandings,
  waitOf,
  type DurableRun,
  type DurableSummary,
} from '../../core/durableRuns.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { tellAwaitedVersions } from '../awaitedVersions.ts';
import { printRun, showProblem, showRun, summaryLine } from '../runEvents.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

interface RunsOptions {
  readonly url: string;
  readonly workflow?: string;
  readonly status?: string;
  readonly waitsFor?: string;
  readonly since?: string;
  readonly before?: string;
  readonly limit?: string;
  readonly step?: string;
  readonly by?: string;
  readonly comment?: string;
  readonly values?: string;
  readonly queue?: string;
  readonly json?: boolean;
}

const actions = ['list', 'show', 'follow', 'cancel', 'retry', 'delete', 'approve', 'reject', 'dead', 'resend'] as const;
type Action = (typeof actions)[number];

/** Lists the durable runs of a service, or does something with one of them. */
export async function runs(
  context: CommandContext,
  wanted: string,
  id: string | undefined,
  options: RunsOptions,
): Promise<ExitCode> {
  const action = actionOf(wanted);
  const url = serviceAddress(options.url, 'Write it as --url http://127.0.0.1:8000.');
  const token = context.env['RUNS_TOKEN'];
  const service = new DurableRuns(new DurableService({ url, token, signal: context.signal }));
  if (action === 'list') return list(context, service, options);
  if (action === 'delete') return forget(context, service, id, options);
  if (action === 'dead') return listDead(context, service, options);
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
    case 'approve':
    case 'reject':
      return decide(context, service, id, { isApproved: action === 'approve', ...options });
    case 'resend':
      return tell(context, await service.resend(queueOf(options), id), options);
  }
}

function actionOf(wanted: string): Action {
  const action = actions.find((each) => each === wanted);
  if (action === undefined) throw new UsageError(`There is no action ${wanted}.`, `There are ${actions.join(', ')}.`);
  return action;
}

async function list(context: CommandContext, service: DurableRuns, options: RunsOptions): Promise<ExitCode> {
  const { workflow, status, waitsFor, since, limit } = options;
  if (status !== undefined && !runStandings.some((each) => each === status))
    throw new UsageError(`No run is ${status}.`, `They are ${runStandings.join(', ')}.`);
  if (waitsFor !== undefined && !awaitedKinds.some((each) => each === waitsFor))
    throw new UsageError(`No run waits for ${waitsFor}.`, `They wait for ${awaitedKinds.join(', ')}.`);
  if (limit !== undefined && !/^[1-9]\d{0,3}$/u.test(limit))
    throw new UsageError(`${limit} is no number of runs.`, 'Write a number from 1 to 1000.');
  const found = await service.list({
    workflow,
    status,
    waitsFor,
    since: since === undefined ? undefined : timeOf(since, Date.now()),
    limit: limit === undefined ? undefined : Number(limit),
  });
  return printList(context, found, options);
}

/** Those of a queue that have failed for good. */
async function listDead(context: CommandContext, service: DurableRuns, options: RunsOptions): Promise<ExitCode> {
  return printList(context, await service.dead(queueOf(options)), options);
}

function queueOf({ queue }: RunsOptions): string {
  if (queue === undefined) throw new UsageError('Which queue is not said.', 'Write it as --queue orders.');
  return queue;
}

/** Decides what a run asks, where it asks one thing or `--step` says which. */
async function decide(
  { terminal }: CommandContext,
  service: DurableRuns,
  id: string,
  { isApproved, step, by, comment, values }: RunsOptions & { readonly isApproved: boolean },
): Promise<ExitCode> {
  const open = step === undefined ? await service.approvals(id) : [];
  const [only, another] = open;
  const asked = step ?? only?.step;
  if (asked === undefined || another !== undefined)
    throw new UsageError(
      open.length === 0 ? 'The run asks nothing.' : `The run asks ${open.length} things.`,
      open.length === 0
        ? 'catalyst runs show says what it does.'
        : `Say which: ${open.map((each) => `--step '${each.step}'`).join(' or ')}.`,
    );
  await service.decide(id, asked, {
    approved: isApproved,
    by,
    comment,
    ...(values !== undefined && { values: valuesOf(values) }),
  });
  terminal.print(`${asked} ${isApproved ? terminal.out.green('approved') : terminal.out.red('rejected')}`);
  return exitCode.fine;
}

function valuesOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UsageError('--values is no JSON.', `Write it as --values '{"amount": 12}'.`);
  }
}

function printList({ terminal }: CommandContext, found: readonly DurableSummary[], { json }: RunsOptions): ExitCode {
  if (json) {
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
  tellAwaitedVersions(found, terminal);
  return exitCode.fine;
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

async function forget(
  { terminal }: CommandContext,
  service: DurableRuns,
  id: string | undefined,
  { before, json }: RunsOptions,
): Promise<ExitCode> {
  if (before === undefined || id !== undefined)
    throw new UsageError('delete needs a time.', 'Say catalyst runs delete --before 30d: those that ended before.');
  const deleted = await service.delete(timeOf(before, Date.now()));
  terminal.print(json ? JSON.stringify({ deleted }) : `${deleted} deleted`);
  return exitCode.fine;
}

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

function standing(run: DurableSummary, { out }: Terminal): string {
  const wait = waitOf(run);
  if (wait !== undefined) return out.yellow(`waits for ${wait}`);
  const { status } = run;
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
    step.repeated === undefined ? stepWait(step) : `begun ${step.attempts ?? 2} times`,
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
  tellAwaitedVersions([run], terminal);
  return exitCode.fine;
}

function stepWait(step: DurableRun['steps'][number]): string {
  return step.status === 'waiting' ? `for ${awaitedOf(step.waits_for)} until ${step.until ?? ''}` : '';
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

function tell({ terminal }: CommandContext, run: DurableSummary, { json }: RunsOptions): ExitCode {
  terminal.print(json ? JSON.stringify(run, null, 2) : `${run.workflow} ${standing(run, terminal)} ${run.id}`);
  return exitCode.fine;
}
