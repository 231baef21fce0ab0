import { join } from 'node:path';

import { UsageError } from '../../host/errors.ts';
import { packageFolder } from '../../host/packageFolder.ts';
import { parsePort } from '../../host/ports.ts';
import { findOpened } from '../../studio/server/files/opening.ts';
import { isLoopback } from '../../studio/server/http/listen.ts';
import { startStudio } from '../../studio/server/start.ts';
import { openBrowser, wantsBrowser } from '../browser.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';
import { reportFailure } from '../failures.ts';

interface StudioOptions {
  readonly port?: string;
  readonly host: string;
  readonly iKnow?: boolean;
  readonly open: boolean;
}

/** The same at each start where it is free, so that a browser keeps what belongs to the address. */
const usualPort = 4747;

/** Serves the Studio for a folder, or for a file in its folder, until the process is asked to end. */
export async function studio(
  context: CommandContext,
  path: string | undefined,
  options: StudioOptions,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  const { err } = terminal;
  requireLoopback(options);
  const port = options.port === undefined ? usualPort : parsePort(options.port);
  const { folder, file } = await findOpened(context.cwd, path);
  const running = await startStudio({
    machine: context,
    address: { host: options.host, port, isPreference: options.port === undefined },
    folder,
    opened: file,
    pageFolder: join(packageFolder(), 'dist', 'studio'),
    onFault: (error) => void reportFailure(error, context),
    onNotice: (text) => terminal.note(`${err.yellow('note:')} ${text}`),
  });
  terminal.print(running.address);
  if (!isLoopback(options.host))
    terminal.note(
      `${err.yellow('warning:')} whoever reaches ${options.host} and knows this address can run code as you; it travels unencrypted.`,
    );
  if (options.open && wantsBrowser(context)) openBrowser(running.addressToOpen(), context.env);
  if (terminal.isInteractive) terminal.note(err.dim(`The Studio serves ${folder}. Ctrl-C ends it.`));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.close();
  return exitCode.fine;
}

function requireLoopback({ host, iKnow }: StudioOptions): void {
  if (isLoopback(host) || iKnow) return;
  throw new UsageError(
    `--host ${host} would let other machines reach the Studio, which runs code on this one.`,
    'Leave it out, and reach the Studio from elsewhere through ssh -L; or add --i-know.',
  );
}
