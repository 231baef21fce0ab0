import type { HostError } from '../../../host/errors.ts';
import { environmentVersion } from '../../../host/python/environment.ts';
import type { Machine } from '../../protocol/index.ts';
import type { Emit } from '../handlers.ts';

const aboutPython: ReadonlySet<string> = new Set([
  'packages_unavailable',
  'python_incomplete',
  'python_missing',
  'python_too_old',
]);

/** What is known of this machine's Python; pages are told when it changes. */
export class MachineWatch {
  readonly #emit: Emit;
  #state: Machine = { python: { state: 'unknown' } };

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get state(): Machine {
    return this.#state;
  }

  /** A Python was found that has what projects need. */
  async found(python: string): Promise<void> {
    const version = await environmentVersion(python);
    this.#set({ python: { state: 'ready', version } });
  }

  failed({ code, message, hint }: HostError): void {
    if (aboutPython.has(code)) this.#set({ python: { state: 'missing', message, hint } });
  }

  #set(state: Machine): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    this.#emit({ type: 'machine', machine: state });
  }
}
