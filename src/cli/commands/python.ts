import { cacheFolder } from '../../host/cacheFolder.ts';
import { pythonEnvironment } from '../../host/python/environment.ts';
import { readText } from '../../host/textFile.ts';
import { exitCode, type CommandContext, type ExitCode } from '../context.ts';

/** Prints the path of a Python that has the packages of a requirements file; for the scripts of this repository. */
export async function python(context: CommandContext, requirementsFile: string): Promise<ExitCode> {
  const { terminal, processes, env, signal } = context;
  const requirements = await readText(requirementsFile);
  const onProgress = (text: string): void => terminal.progress(text);
  terminal.print(
    await pythonEnvironment({ processes, env, cacheFolder: cacheFolder(env), requirements, signal, onProgress }),
  );
  return exitCode.fine;
}
