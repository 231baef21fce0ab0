import { homedir, platform } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where Catalyst keeps what can be made again: Python environments, and which custom code is trusted.
 * `CATALYST_CACHE_DIR` wins, then `XDG_CACHE_HOME`, then the platform's own place.
 */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['CATALYST_CACHE_DIR']) return env['CATALYST_CACHE_DIR'];
  // A relative XDG path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  if (env['XDG_CACHE_HOME'] && isAbsolute(env['XDG_CACHE_HOME'])) return join(env['XDG_CACHE_HOME'], 'catalyst');
  const home = env['HOME'] ?? homedir();
  if (platform() === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'catalyst', 'Cache');
  if (platform() === 'darwin') return join(home, 'Library', 'Caches', 'catalyst');
  return join(home, '.cache', 'catalyst');
}
