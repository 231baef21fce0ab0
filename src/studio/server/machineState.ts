import { setTimeout as sleep } from 'node:timers/promises';

import { HostError } from '../../host/errors.ts';
import type { Machine } from '../../host/machine.ts';
import type { Machine as MachineState } from '../protocol/index.ts';
import type { Emit } from './handlers.ts';

/** The page is to be there first; until someone runs something, nothing hurries. */
const waitMs = 500;

/** What the machine has for running workflows, as it was told last by whoever found out. Nothing is started for it before a page is open. */
export class MachineProbe {
  readonly #machine: Machine;
  readonly #emit: Emit;
  readonly #onFault: (error: unknown) => void;
  #state: MachineState = { python: { state: 'unknown' } };
  #isAsking = false;

  constructor(machine: Machine, emit: Emit, onFault: (error: unknown) => void) {
    this.#machine = machine;
    this.#emit = emit;
    this.#onFault = onFault;
  }

  get state(): MachineState {
    return this.#state;
  }

  /** Notes what the pages are told. */
  note(state: MachineState): void {
    this.#state = state;
  }

  /** Finds out once there is time, unless there is a Python, and tells the pages. */
  ask(): void {
    if (this.#isAsking || this.#state.python.state === 'ready') return;
    this.#isAsking = true;
    void this.#find()
      .catch((error: unknown) => {
        if (!this.#machine.signal.aborted) this.#onFault(error);
      })
      .finally(() => (this.#isAsking = false));
  }

  async #find(): Promise<void> {
    const { processes, env, signal } = this.#machine;
    await sleep(waitMs, undefined, { signal, ref: false });
    const python = await findPython({ processes, env, signal });
    // Who has run something meanwhile knows better.
    if (this.#state.python.state !== 'ready') this.#emit({ type: 'machine', machine: { python } });
  }
}

async function findPython({
  processes,
  env,
  signal,
}: Pick<Machine, 'processes' | 'env' | 'signal'>): Promise<MachineState['python']> {
  const { findInterpreter } = await import('../../host/python/interpreter.ts');
  try {
    const { version } = await findInterpreter(processes, env, signal);
    return { state: 'ready', version };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { state: 'missing', message: error.message, hint: error.hint };
  }
}
