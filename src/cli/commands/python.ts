import { dirname, resolve } from 'node:path';

import { cacheFolder } from '../../host/cacheFolder.ts';
import { pythonEnvironment } from '../../host/python/environment.ts';
import { readText } from '../../host/textFile.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';

/** Prints the path of a Python that has the packages of a requirements file; for the scripts of this repository. */
export async function python(context: CommandContext, requirementsFile: string): Promise<ExitCode> {
  const { terminal, processes, env, signal } = context;
  const requirements = await readRequirements(requirementsFile);
  const onProgress = (text: string): void => terminal.progress(text);
  terminal.print(
    await pythonEnvironment({ processes, env, cacheFolder: cacheFolder(env), requirements, signal, onProgress }),
  );
  return exitCode.fine;
}

/** The text of a requirements file with the files it refers to (`-r other.txt`) in their places. */
async function readRequirements(path: string): Promise<string> {
  const lines = (await readText(path)).split('\n');
  const expanded = lines.map(async (line) => {
    const [, other] = /^\s*(?:-r|--requirement)[\s=]+(\S+)/.exec(line) ?? [];
    return other === undefined ? line : readRequirements(resolve(dirname(path), other));
  });
  return (await Promise.all(expanded)).join('\n');
}
