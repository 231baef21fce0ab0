import { homedir, platform } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Where Catalyst keeps what cannot be made again: the Studio's history of files and runs. `CATALYST_DATA_DIR` wins, then
 * `XDG_DATA_HOME`, then the platform's own place.
 */
export function dataFolder(env: NodeJS.ProcessEnv): string {
  if (env['CATALYST_DATA_DIR']) return env['CATALYST_DATA_DIR'];
  // A relative XDG path is to be ignored: https://specifications.freedesktop.org/basedir-spec/latest/
  if (env['XDG_DATA_HOME'] && isAbsolute(env['XDG_DATA_HOME'])) return join(env['XDG_DATA_HOME'], 'catalyst');
  const home = env['HOME'] ?? homedir();
  if (platform() === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'catalyst', 'Data');
  if (platform() === 'darwin') return join(home, 'Library', 'Application Support', 'catalyst');
  return join(home, '.local', 'share', 'catalyst');
}
