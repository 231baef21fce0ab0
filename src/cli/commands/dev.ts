import { statSync } from 'node:fs';
import { watch } from 'chokidar';
import { dirname, resolve } from 'node:path';

import { HostError, UsageError } from '../../host/errors.ts';
import { parsePort, requireFreePort } from '../../host/ports.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { devReport } from '../devReport.ts';
import { DevSession } from '../devSession.ts';
import { openGateway } from '../gateway.ts';

interface DevOptions {
  readonly port: string;
  readonly trust?: boolean;
  readonly json?: boolean;
}

/** Editors write a file in several steps; what comes within this time is one change. */
const settleMs = 80;
/** By so much the time of a change may lie before it: systems tell files a clock that moves in steps. */
const clockStepMs = 20;

/** Serves a workflow, and serves it anew when it, its Python or a workflow that it calls changes, until the process is asked to end. */
export async function dev(context: CommandContext, path: string, options: DevOptions): Promise<ExitCode> {
  const port = parsePort(options.port);
  if (port !== 0) await requireFreePort(port);
  const report = devReport(context, options.json ?? false);
  const gateway = await openGateway(port, (request) => report.request(request));
  const session = new DevSession(context, path, options.trust ?? false, gateway, report);
  const folder = dirname(resolve(path));
  const watcher = watch([resolve(path), resolve(folder, '.env')]);
  const reload = async (): Promise<void> => {
    watcher.add((await session.reload()).map((name) => resolve(folder, name)));
  };
  try {
    await followChanges(watcher, context.signal, reload, async () => {
      try {
        await reload();
      } catch (error) {
        if (!(error instanceof HostError || error instanceof UsageError)) throw error;
        report.failed(error, session.isServing);
      }
    });
  } finally {
    await watcher.close();
    await gateway.close();
    await session.close();
  }
  return exitCode.fine;
}

/**
 * Calls `load` first and `reload` after each change, one at a time, until the signal aborts. What changes while the first goes on,
 * or before a file that was just named is watched, is a change too.
 */
async function followChanges(
  watcher: ReturnType<typeof watch>,
  signal: AbortSignal,
  load: () => Promise<void>,
  reload: () => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolvePromise, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let readAt = Date.now();
    let working = load();
    working.catch(reject);
    const again = async (): Promise<void> => {
      readAt = Date.now();
      await reload();
    };
    watcher.on('all', (event, file) => {
      if (event === 'add' && isOlder(file, readAt)) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        working = working.then(again).catch((error: unknown) => {
          if (!signal.aborted) reject(error);
        });
      }, settleMs);
    });
    const end = (): void => {
      clearTimeout(timer);
      void working.then(resolvePromise, reject);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** Whether a file has been there, as it is, since before that time. */
function isOlder(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats !== undefined && stats.ctimeMs < time - clockStepMs;
}
