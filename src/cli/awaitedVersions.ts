import type { DurableSummary } from '../core/durableRuns.ts';
import type { Terminal } from './terminal.ts';

/** Says of runs whose version no process has how they can go on. */
export function tellAwaitedVersions(runs: readonly DurableSummary[], terminal: Terminal): void {
  const waiting = runs.filter(({ waits_for_version: waits }) => waits === true);
  const counts = new Map<string, number>();
  for (const { version } of waiting) counts.set(version ?? 'unknown', (counts.get(version ?? 'unknown') ?? 0) + 1);
  for (const [version, count] of counts)
    terminal.note(
      terminal.err.dim(
        `${count === 1 ? 'One run waits' : `${count} runs wait`} for version ${version}, which no process has. Start that version beside this one, ` +
          `or this one with DURABLE_VERSION=${version} where the steps are the same; or cancel and retry a run, which then goes on with this version.`,
      ),
    );
}
