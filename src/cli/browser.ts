import { spawn } from 'node:child_process';

import type { CommandContext } from './context.ts';

/** Whether someone sits at this machine who could look at a page. */
export function wantsBrowser({ env, terminal }: CommandContext): boolean {
  const hasDisplay = process.platform !== 'linux' || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
  return terminal.isInteractive && hasDisplay && !env['CI'];
}

/** Shows an address in the user's browser; where there is none, the address has been printed. */
export function openBrowser(address: string, env: NodeJS.ProcessEnv): void {
  const [command, ...args] = commandFor(address);
  const child = spawn(command, args, { env, stdio: 'ignore', detached: true, windowsHide: true });
  child.on('error', () => undefined);
  child.unref();
}

function commandFor(address: string): readonly [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', address];
  // `start` takes its first quoted argument for a title.
  if (process.platform === 'win32') return ['cmd', '/c', 'start', '""', address];
  return ['xdg-open', address];
}
