import { basename } from 'node:path';

import type { RunSummary } from '../../protocol/index.ts';
import type { Handlers } from '../handlers.ts';
import type { KeptSummary } from '../store/runs.ts';
import type { OpenedRuns } from './openRuns.ts';
import type { RunParts } from './parts.ts';
import { recordedTest } from './recordedTest.ts';
import { keptRun } from './runPlan.ts';
import { maskOf } from './secrets.ts';
import { writeTestFile } from './testFile.ts';

export type HistoryRoute = 'runs' | 'run' | 'forgetRuns' | 'pins' | 'setPins' | 'requests' | 'setRequests' | 'makeTest';

/** What was kept of runs, and what is kept for those to come. */
export function historyHandlers(
  { workspace }: RunParts,
  opened: () => Promise<OpenedRuns>,
): Pick<Handlers, HistoryRoute> {
  const summaryOf = (path: string, summary: KeptSummary): RunSummary => ({ ...summary, file: workspace.idOf(path) });
  return {
    async runs({ file, ...filter }) {
      const { store, runner } = await opened();
      await runner.flush();
      const place = file === undefined ? { folder: workspace.folder } : { file: await workspace.placeOf(file) };
      const runs = store.list({ ...place, ...filter }).map((entry) => summaryOf(entry.file, entry.head.summary));
      return { runs, size: store.size(place) };
    },
    async run({ run }) {
      const { store, runner } = await opened();
      if (runner.isRunning(run)) await runner.flush();
      const { file, summary, text, headers, updates } = await keptRun(store, run);
      return { ...summaryOf(file, summary), text, headers: { ...headers }, updates: [...updates] };
    },
    async forgetRuns({ runs, file }) {
      const { store, runner } = await opened();
      // What has just ended is being kept, and would come back.
      await runner.flush();
      if (runs !== undefined) store.forget({ ids: runs.filter((id) => !runner.isRunning(id)) });
      else store.forget(file === undefined ? { folder: workspace.folder } : { file: await workspace.placeOf(file) });
      return {};
    },
    async makeTest({ run, name }) {
      const { store, runner, projects } = await opened();
      if (runner.isRunning(run)) await runner.flush();
      const kept = await keptRun(store, run);
      const { checked } = await projects.checked(kept.file, kept.text);
      const { env } = await projects.modelsFor(kept.file, checked);
      const test = recordedTest(kept, { workflow: basename(kept.file), checked, env });
      const path = writeTestFile(kept.file, name, maskOf(env).json(test));
      await store.makeLasting(run, 'tested');
      return { path };
    },
    async pins({ file }) {
      return { pins: await (await opened()).pins.get(await workspace.placeOf(file)) };
    },
    async setPins({ file, pins: set }) {
      const { pins, store } = await opened();
      const path = await workspace.placeOf(file);
      const before = await pins.get(path);
      await pins.set(path, set);
      const used = new Set(set.flatMap(({ run }) => run ?? []));
      for (const id of used) await store.makeLasting(id, 'pinned');
      for (const { run } of before) if (run !== undefined && !used.has(run)) await store.letPass(run);
      return {};
    },
    async requests({ file }) {
      return { requests: await (await opened()).requests.get(await workspace.placeOf(file)) };
    },
    async setRequests({ file, requests: set }) {
      await (await opened()).requests.set(await workspace.placeOf(file), set);
      return {};
    },
  };
}
