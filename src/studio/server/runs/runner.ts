import { randomBytes } from 'node:crypto';

import type { HostError } from '../../../host/errors.ts';
import { kindOf } from '../../../host/modelServer.ts';
import type { Emit } from '../handlers.ts';
import type { KeptSummary, RunStore } from '../store/runs.ts';
import { LiveRun } from './liveRun.ts';
import type { Project, Projects } from './projects.ts';
import { answerersOf } from './answerers.ts';
import type { BegunRun } from './begunRun.ts';
import { checkHeaders, keptHeaders } from './requestHeaders.ts';
import { RunJournal } from './runJournal.ts';
import { planRun, type RunRequest } from './runPlan.ts';
import { maskOf } from './secrets.ts';
import type { Services } from './services.ts';

export interface RunnerOptions {
  readonly projects: Projects;
  readonly services: Services;
  readonly store: RunStore;
  readonly emit: Emit;
  readonly onHostError: (error: HostError) => void;
}

/** Starts runs and stops them. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<
    string,
    { readonly run: LiveRun; readonly journal: RunJournal; readonly ended: Promise<void> }
  >();

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  /** Starts a run of a workflow file; gives its id when nothing stands in its way and it is in the history. */
  async start(path: string, request: RunRequest): Promise<string> {
    const { projects, services, store, emit, onHostError } = this.#options;
    checkHeaders(request.headers);
    const project = await projects.trusted(path, request.text);
    // A run that has just said that it ended may not be kept whole yet.
    if (request.replay !== undefined) await this.flush();
    const notes: string[] = [];
    let onNote = (text: string): void => void notes.push(text);
    const plan = await planRun(project.checked, request, store, (text) => onNote(text));
    const id = randomBytes(12).toString('base64url');
    const mask = maskOf(project.models.env);
    const journal = new RunJournal({
      path,
      file: request.file,
      text: project.text,
      headers: mask.json(keptHeaders(request.headers)),
      summary: mask.json(summaryOf(id, project, request, plan.isToldWhole)),
      emit,
      store,
      mask,
    });
    onNote = (text) => journal.add({ kind: 'note', at: Date.now(), text });
    journal.add({ kind: 'state', at: Date.now(), state: 'preparing' });
    for (const text of notes) onNote(text);
    const start = { ...request, observe: request.observe || plan.needsObserver };
    const run = new LiveRun({ id, project, start, journal, mask, ...plan });
    const ended = run.execute(async () => services.hold(project), onHostError).finally(() => this.#running.delete(id));
    this.#running.set(id, { run, journal, ended });
    // Who knows a run's id finds it in the history, whatever happens next.
    await journal.flush();
    return id;
  }

  /** Stops a run; one that has ended already stays as it is. */
  stop(id: string): void {
    this.#running.get(id)?.run.stop();
  }

  /** A run that goes on, as its service keeps it; undefined where it keeps none. */
  begun(id: string): BegunRun | undefined {
    return this.#running.get(id)?.run.begun;
  }

  isRunning(id: string): boolean {
    return this.#running.has(id);
  }

  /** Keeps what is known of the runs that go on, for who looks into the history now. */
  async flush(): Promise<void> {
    await Promise.all([...this.#running.values()].map(async ({ journal }) => journal.flush()));
  }

  /** Stops all runs, and waits until they are kept. */
  async close(): Promise<void> {
    for (const { run } of this.#running.values()) run.stop();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }
}

function summaryOf(id: string, project: Project, request: RunRequest, isToldWhole: boolean): KeptSummary {
  return {
    id,
    workflow: project.checked.file.name,
    startedAt: Date.now(),
    state: 'preparing',
    projectHash: project.hash,
    answeredBy: isToldWhole ? 'told' : kindOf(project.models),
    answerers: answerersOf(project.models),
    input: request.input,
    ...(request.stopAfter !== undefined && { stopAfter: request.stopAfter }),
  };
}
