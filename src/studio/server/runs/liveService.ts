import type { Visitor } from '../../../host/door/visitor.ts';
import type { PythonServer } from '../../../host/python/server.ts';
import type { CallsOfRun, RecordedService } from './recorder/recorder.ts';
import { Connections } from './connections.ts';
import { ObserverLink } from './observerLink.ts';

/** A run that a service serves. */
export interface ServedRun {
  readonly calls: CallsOfRun;
  /** Where a call belongs when nobody marked it. */
  readonly unmarkedNode: string;
  readonly isObserved: boolean;
}

/** A generated service that runs, with the pipes to its observer. */
export class LiveService {
  readonly link: ObserverLink;
  readonly server: PythonServer;
  readonly connections = new Connections();
  /** Who asks it here. */
  readonly visitor: Visitor;
  /** The visitor has asked more than the service lets one caller ask. */
  isUsedUp = false;
  readonly #runs = new Map<string, ServedRun>();

  constructor(server: PythonServer, visitor: Visitor) {
    this.server = server;
    this.visitor = visitor;
    this.link = new ObserverLink(server.morePipes);
    void server.exited.then(() => this.connections.close());
  }

  add(id: string, run: ServedRun): void {
    this.#runs.set(id, run);
  }

  remove(id: string): void {
    this.#runs.delete(id);
    this.link.unwatch(id);
  }

  /** The run of a call. One without a mark is of a run that is not observed, where there is only one of these. */
  find(mark: Parameters<RecordedService['find']>[0]): ReturnType<RecordedService['find']> {
    if (mark !== undefined) {
      const run = this.#runs.get(mark.run);
      return run && { run: run.calls, node: mark.node };
    }
    const unobserved = [...this.#runs.values()].filter(({ isObserved }) => !isObserved);
    const [only] = unobserved;
    return unobserved.length === 1 && only !== undefined ? { run: only.calls, node: only.unmarkedNode } : undefined;
  }
}
