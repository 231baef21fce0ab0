import type { Machine } from '../../../host/machine.ts';
import type { Simulator } from '../../protocol/index.ts';
import type { Emit } from '../handlers.ts';
import type { Database } from '../store/collection.ts';

/** The workflow files of the opened folder, by the ids that the page has for them. */
interface Workspace {
  /** Its real path. */
  readonly folder: string;
  /** The path of a file. Throws a refusal where there is none. */
  placeOf(id: string): Promise<string>;
  idOf(place: string): string;
}

/** What running things is built upon. */
export interface RunParts {
  /** Its progress is shown in the pages. */
  readonly machine: Machine;
  readonly workspace: Workspace;
  readonly emit: Emit;
  /** The database, opened when it is first asked for. */
  readonly database: () => Promise<Database>;
  /** How the simulated providers answer now; who sets it tells the pages. */
  readonly simulator: { current: Simulator };
}
