import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

const observer = join(import.meta.dirname, '../../src/studio/server/observer/observer.py');

/** An event as it comes out; what it has depends on its kind. */
export interface ObservedEvent {
  readonly kind: string;
  readonly run: string;
  readonly at: number;
  readonly [name: string]: unknown;
}

export interface ObservedService {
  readonly url: string;
  readonly events: readonly ObservedEvent[];
  /** All lines of standard output, but for the first, and of standard error. */
  readonly lines: readonly string[];
  /** Its end of what it writes events to. */
  readonly reading: Readable;
  tell(order: object): void;
  /** The events of a run, once it has ended. */
  of(run: string): Promise<readonly ObservedEvent[]>;
  exit(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** Starts the service of a project with the observer around it. */
export async function startObserved(
  python: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  { isListening = true }: { readonly isListening?: boolean } = {},
): Promise<ObservedService> {
  const pipe = isListening ? 'pipe' : 'ignore';
  const child = spawn(python, [observer, '--project', folder, '--', 'app.runtime.serve', '--port', '0'], {
    env: { ...process.env, EXPOSE_ERRORS: 'true', ...env },
    stdio: isListening ? ['ignore', 'pipe', 'pipe', pipe, pipe] : ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]): number | NodeJS.Signals => code ?? signal);
  const [events, lines]: [ObservedEvent[], string[]] = [[], []];
  createInterface({ input: child.stderr as Readable }).on('line', (line) => lines.push(line));
  const output = createInterface({ input: child.stdout as Readable });
  const reading = child.stdio[3] as Readable;
  const control = child.stdio[4] as Writable;
  if (isListening)
    createInterface({ input: reading }).on('line', (line) => events.push(JSON.parse(line) as ObservedEvent));
  const [ready] = await Promise.race([once(output, 'line'), ended.then((code) => [`{"url": "ended with ${code}"}`])]);
  output.on('line', (line) => lines.push(line));
  const { url } = JSON.parse(ready as string) as { url: string };
  return {
    url,
    events,
    lines,
    reading,
    tell: (order) => void control.write(`${JSON.stringify(order)}\n`),
    of: async (run) => {
      for (let tries = 0; tries < 3_000; tries += 1) {
        const found = events.filter((event) => event.run === run);
        if (found.some(({ kind }) => kind === 'run_ended')) return found;
        await sleep(10);
      }
      throw new Error(`The run ${run} has not ended: ${JSON.stringify(events).slice(0, 2000)}\n${lines.join('\n')}`);
    },
    exit: async (signal) => {
      if (signal !== undefined) child.kill(signal);
      return ended;
    },
  };
}
