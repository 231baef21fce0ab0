import { setTimeout as sleep } from 'node:timers/promises';

import type { Machine } from '../../../host/machine.ts';
import { startSimulation, type PreparedProject, type SimulatedServer } from '../../../host/service.ts';
import type { Simulator } from '../../protocol/index.ts';

/** Simulated providers that run. Projects that carry the same APIs share one; what they are set to goes with each call. */
export class SimulatedServers {
  readonly #machine: Machine;
  readonly #running = new Map<string, Promise<SimulatedServer>>();
  readonly #simulator: { readonly current: Simulator };

  constructor(machine: Machine, simulator: { readonly current: Simulator }) {
    this.#machine = machine;
    this.#simulator = simulator;
  }

  /** What a call is sent along, so that it is answered as is set now. */
  headers(): Readonly<Record<string, string>> {
    const { firstTokenMs, tokensPerSecond, fault } = this.#simulator.current;
    return {
      'x-simulated-pace': `first_token_ms=${firstTokenMs}; tokens_per_second=${tokensPerSecond}`,
      ...(fault !== undefined && { 'x-simulated-fault': fault }),
    };
  }

  /** @param apis what the project's simulated providers carry, as text */
  async origin(apis: string, project: Omit<PreparedProject, 'isChanged'>, env: NodeJS.ProcessEnv): Promise<string> {
    const key = `${String(project.callsDeployments)} ${apis}`;
    const running = this.#running.get(key) ?? this.#start(key, project, env);
    return (await running).origin;
  }

  async close(): Promise<void> {
    const all = [...this.#running.values()];
    this.#running.clear();
    await Promise.all(
      all.map(async (each) => (await (await each).server).stop(0)).map((end) => end.catch(() => undefined)),
    );
  }

  #start(key: string, project: Omit<PreparedProject, 'isChanged'>, env: NodeJS.ProcessEnv): Promise<SimulatedServer> {
    const starting = this.#startOnFreePort(project, env);
    this.#running.set(key, starting);
    const forget = (): void => {
      if (this.#running.get(key) === starting) this.#running.delete(key);
    };
    void starting.then(async ({ server }) => (await server).exited).then(forget, forget);
    return starting;
  }

  /** The port is chosen before it is used, so that something else may take it between. */
  async #startOnFreePort(
    project: Omit<PreparedProject, 'isChanged'>,
    env: NodeJS.ProcessEnv,
  ): Promise<SimulatedServer> {
    for (let attempt = 1; ; attempt += 1) {
      const started = await startSimulation(this.#machine, project, env);
      try {
        await started.server;
        return started;
      } catch (error) {
        if (attempt === 3 || this.#machine.signal.aborted) throw error;
        await sleep(50);
      }
    }
  }
}
