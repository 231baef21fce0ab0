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

/** Serves a workflow, and serves it anew when it, its Python or a workflow that it calls changes, until the process is asked to end. */
export async function dev(context: CommandContext, path: string, options: DevOptions): Promise<ExitCode> {
  const port = parsePort(options.port);
  if (port !== 0) await requireFreePort(port);
  const report = devReport(context, options.json ?? false);
  const gateway = await openGateway(port, (request) => report.request(request));
  const session = new DevSession(context, path, options.trust ?? false, gateway, report);
  const folder = dirname(resolve(path));
  const watcher = watch([resolve(path), resolve(folder, '.env')], { ignoreInitial: true });
  try {
    const watchNamed = (names: readonly string[]): unknown => watcher.add(names.map((name) => resolve(folder, name)));
    watchNamed(await session.reload());
    await followChanges(watcher, context.signal, async () => {
      try {
        watchNamed(await session.reload());
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

/** Calls `reload` after each change, one at a time, until the signal aborts. */
async function followChanges(
  watcher: ReturnType<typeof watch>,
  signal: AbortSignal,
  reload: () => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolvePromise, reject) => {
    let timer: NodeJS.Timeout | undefined;
    let working = Promise.resolve();
    watcher.on('all', () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        working = working.then(reload).catch((error: unknown) => {
          if (!signal.aborted) reject(error);
        });
      }, settleMs);
    });
    const end = (): void => {
      clearTimeout(timer);
      void working.then(resolvePromise);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
