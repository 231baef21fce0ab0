import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import * as z from 'zod';

import requestRequirements from '../../../../../runtime/python/requirements/httpx2.txt?raw';
import devRequirements from '../../../../../runtime/python/requirements-dev.txt?raw';
import { linesAt, nodeLines, type NodeLines } from '../../../../core/codegen/python/index.ts';
import { providers } from '../../../../core/workflow/index.ts';
import attached from '../../../../host/attached.py?raw';
import { writeAtomically } from '../../../../host/atomicFile.ts';
import { cacheFolder } from '../../../../host/cacheFolder.ts';
import { HostError } from '../../../../host/errors.ts';
import type { Machine } from '../../../../host/machine.ts';
import type { RunningProcess } from '../../../../host/processes.ts';
import { writeProject } from '../../../../host/projectWriter.ts';
import { pythonEnvironment } from '../../../../host/python/environment.ts';
import { isolated } from '../../../../host/python/paths.ts';
import { sha256 } from '../../../../host/sha256.ts';
import type { TestResult } from '../../../protocol/index.ts';
import type { Emit } from '../../handlers.ts';
import { linesOf } from '../lines.ts';
import type { Project } from '../projects.ts';
import type { Slots } from '../slots.ts';
import runner from './run_tests.py?raw';
import { nodesFailing, nodesNamed } from './testNodes.ts';

const endedSchema = z.object({
  kind: z.literal('ended'),
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  elapsed_ms: z.number(),
  about: z.string().default(''),
  message: z.string().nullish(),
  frames: z.array(z.object({ file: z.string(), line: z.int(), text: z.string() })).default([]),
});
type Ended = z.output<typeof endedSchema>;

/** What the tests of a project need on top of what it needs. */
const testRequirements = [requestRequirements, devRequirements]
  .flatMap((text) => text.split('\n'))
  .filter((line) => /^(httpx2|pytest)==/.test(line));

interface TestRun {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Runs the tests that a project carries, and tells the pages of each. */
export class ProjectTests {
  readonly #machine: Machine;
  readonly #slots: Slots;
  readonly #emit: Emit;
  readonly #running = new Map<string, TestRun>();

  constructor(machine: Machine, slots: Slots, emit: Emit) {
    this.#machine = machine;
    this.#slots = slots;
    this.#emit = emit;
  }

  /** Starts the tests of a file's project; those of it that run are stopped. */
  async start(file: string, project: Project, only: readonly string[]): Promise<void> {
    await this.stop(file);
    const abort = new AbortController();
    this.#emit({ type: 'tests', file, state: 'running' });
    const ended = this.#run(file, project, only, abort.signal)
      .then((note) => this.#emit({ type: 'tests', file, state: 'done', note }))
      .catch((error: unknown) => {
        const note = error instanceof HostError ? `${error.message} ${error.hint}` : String(error);
        this.#emit({ type: 'tests', file, state: 'failed', note: abort.signal.aborted ? 'Stopped.' : note });
      })
      .finally(() => {
        if (this.#running.get(file)?.abort === abort) this.#running.delete(file);
      });
    this.#running.set(file, { abort, ended });
  }

  async stop(file: string): Promise<void> {
    const running = this.#running.get(file);
    running?.abort.abort();
    await running?.ended;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map(async (file) => this.stop(file)));
  }

  /** Gives how many tests went how. */
  async #run(file: string, project: Project, only: readonly string[], signal: AbortSignal): Promise<string> {
    const slot = this.#slots.take(`tests of ${project.checked.file.name}`);
    try {
      writeProject(slot.folder, project.files, { force: 'none' });
      const python = await this.#python(project, signal);
      signal.throwIfAborted();
      const child = this.#startTests(python, slot.folder, only);
      const counts = { passed: 0, failed: 0, skipped: 0 };
      const lines = nodeLines(project.checked, project.files);
      const said: string[] = [];
      child.stdoutLines.on('line', (line) => said.push(line));
      const [results] = child.morePipes;
      if (results === undefined) throw new Error('The tests have a pipe for their results.');
      const told = tell(results, (ended) => {
        counts[ended.outcome] += 1;
        this.#emit({ type: 'tests', file, state: 'running', result: resultOf(ended, project, lines) });
      });
      const onAbort = (): void => void child.stop(0);
      signal.addEventListener('abort', onAbort, { once: true });
      const [{ exitCode, stderr }] = await Promise.all([child.exited, told]);
      signal.throwIfAborted();
      const total = counts.passed + counts.failed + counts.skipped;
      // 5: no test was found. https://docs.pytest.org/en/stable/reference/exit-codes.html
      if (total === 0 && exitCode !== 0 && exitCode !== 5)
        throw new Error(
          `pytest ended with exit code ${exitCode ?? 'none'}.\n${[...said.slice(-20), stderr.trim()].join('\n')}`,
        );
      return (
        Object.entries(counts)
          .flatMap(([outcome, count]) => (count > 0 ? [`${count} ${outcome}`] : []))
          .join(', ') || 'No tests.'
      );
    } finally {
      slot.release();
    }
  }

  async #python({ files }: Project, signal: AbortSignal): Promise<string> {
    const own = files.find(({ path }) => path === 'requirements.txt')?.content ?? '';
    const { processes, env, onProgress } = this.#machine;
    const requirements = `${own.trimEnd()}\n${testRequirements.join('\n')}\n`;
    return pythonEnvironment({ processes, env, cacheFolder: cacheFolder(env), requirements, signal, onProgress });
  }

  #startTests(python: string, folder: string, only: readonly string[]): RunningProcess {
    const script = join(cacheFolder(this.#machine.env), 'studio', `run-tests-${sha256(runner).slice(0, 16)}.py`);
    writeAtomically(script, runner);
    const accounts = new Set(providers.flatMap(({ variables: { key, baseUrl } }) => [key, baseUrl]));
    const env = Object.fromEntries(Object.entries(isolated(this.#machine.env)).filter(([name]) => !accounts.has(name)));
    return this.#machine.processes.start(python, ['-c', attached, script, ...only], {
      cwd: folder,
      env: { ...env, PYTHONUTF8: '1' },
      holdInput: true,
      morePipes: 1,
    });
  }
}

async function tell(results: Duplex, onEnded: (ended: Ended) => void): Promise<void> {
  await linesOf(results, (line) => {
    const ended = endedSchema.safeParse(JSON.parse(line));
    if (ended.success) onEnded(ended.data);
  });
}

function resultOf(
  { name, outcome, elapsed_ms: elapsedMs, about, message, frames }: Ended,
  { checked }: Project,
  lines: readonly NodeLines[],
): TestResult {
  const placed = frames.map((frame) => {
    const node = linesAt(lines, frame.file, frame.line)?.node;
    return { ...frame, ...(node !== undefined && { node }) };
  });
  const failedAt = placed.flatMap(({ node }) => node ?? []);
  const failing = outcome === 'failed' ? nodesFailing(checked, message ?? '') : [];
  const nodes = new Set([...failedAt, ...failing, ...nodesNamed(checked, name, about)]);
  return {
    name,
    outcome,
    elapsedMs,
    nodes: [...nodes],
    frames: placed,
    ...(typeof message === 'string' && { message }),
  };
}
