import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  /** Tells it from a later process with the same id. */
  readonly startedAt: string;
}

/** The processes that a process has started, and those that these have. */
export function descendantsOf(pid: number): readonly ProcessStatus[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statusOf(Number(name)) ?? []) : []));
  const found: ProcessStatus[] = [];
  for (const parents = [pid]; parents.length > 0;) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents.splice(0, Infinity, ...children.map((child) => child.pid));
  }
  return found;
}

/** Waits until none of them runs any more; gives those that still do after that time. */
export async function untilGone(processes: readonly ProcessStatus[], ms: number): Promise<readonly number[]> {
  const end = performance.now() + ms;
  const left = (): readonly ProcessStatus[] =>
    processes.filter(({ pid, startedAt }) => statusOf(pid)?.startedAt === startedAt);
  while (left().length > 0 && performance.now() < end) await sleep(20);
  return left().map(({ pid }) => pid);
}

/** undefined for one that has ended, also if its parent has not asked for its exit code. See proc_pid_stat(5). */
function statusOf(pid: number): ProcessStatus | undefined {
  try {
    const [, rest = ''] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    const fields = rest.split(' ');
    const [state, parent = '', startedAt = ''] = [fields[0], fields[1], fields[19]];
    return state === 'Z' ? undefined : { pid, parent: Number(parent), startedAt };
  } catch {
    return undefined;
  }
}
