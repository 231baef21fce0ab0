import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakePython {
  readonly version?: string;
  readonly lacks?: readonly string[];
  /** What `pip install` does; the default succeeds at once. */
  readonly pip?: string;
}

/**
 * Puts a `python3` into a folder that answers as the real one does to what Catalyst asks of it: the probe, `-m venv`, `-m pip`,
 * its version. Every installation adds a line to `installs.txt` there.
 */
export async function fakePython(folder: string, options: FakePython = {}): Promise<void> {
  const { version = '3.11.9', lacks = [], pip = ':' } = options;
  const path = join(folder, 'python3');
  const probe = JSON.stringify({ version, executable: path, lacks });
  const script = `#!/bin/sh
case "$1 $2" in
  "-m venv") /bin/mkdir -p "$3/bin" && /bin/cp "${path}" "$3/bin/python" ;;
  "-m pip") echo install >> "${folder}/installs.txt"; ${pip} ;;
  "-c import platform"*) echo "${version}" ;;
  *) echo '${probe}' ;;
esac
`;
  await writeFile(path, script);
  await chmod(path, 0o755);
}
