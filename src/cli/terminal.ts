import pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/** Standard output carries answers, standard error everything about them. */
export interface Terminal {
  /** Colours for standard output, and for standard error; they add nothing where it is no terminal. */
  readonly out: Colors;
  readonly err: Colors;
  /** True when someone can be asked. */
  readonly isInteractive: boolean;
  /** Writes to standard output as it is. */
  write(text: string): void;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a line to standard error. */
  note(line: string): void;
  /** Shows what is going on until the next output; a line of its own where standard error is no terminal. */
  progress(text: string): void;
  /** Asks a question on standard error and gives the line that was typed. */
  ask(question: string, signal: AbortSignal): Promise<string>;
}

/** Opens each of the three streams when it is first needed: Node takes a tenth of a start for one. */
export function openTerminal(process: NodeJS.Process): Terminal {
  const { env } = process;
  let progressShown = false;
  let [out, err]: (Colors | undefined)[] = [];
  const clear = (): void => {
    if (progressShown) process.stderr.write('\r\u001b[2K');
    progressShown = false;
  };
  return {
    get out() {
      return (out ??= pc.createColors(wantsColour(process.stdout, env)));
    },
    get err() {
      return (err ??= pc.createColors(wantsColour(process.stderr, env)));
    },
    get isInteractive() {
      return process.stdin.isTTY && process.stderr.isTTY;
    },
    write(text) {
      clear();
      process.stdout.write(text);
    },
    print(line) {
      clear();
      process.stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      process.stderr.write(`${line}\n`);
    },
    progress(text) {
      clear();
      const { stderr } = process;
      progressShown = stderr.isTTY;
      stderr.write(stderr.isTTY ? this.err.dim(text) : `${text}\n`);
    },
    async ask(question, signal) {
      clear();
      const { createInterface } = await import('node:readline/promises');
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      // In a terminal, readline takes Ctrl-C for itself; it is meant for the whole process. The end of input is an empty answer.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
      const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
      try {
        return await Promise.race([lines.question(question, { signal }), ended]);
      } finally {
        lines.close();
      }
    },
  };
}

/** Sources: https://no-color.org, https://force-color.org */
function wantsColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0';
  // Where there is no terminal, isTTY is undefined in spite of its type, and picocolors would then decide by CI.
  return (stream.isTTY as boolean | undefined) === true && env['TERM'] !== 'dumb';
}
