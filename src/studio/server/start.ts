import type { IncomingMessage, ServerResponse } from 'node:http';

import { listen, type Address } from './http/listen.ts';
import { LaunchToken } from './http/token.ts';
import type { StudioOptions, StudioServer } from './studio.ts';

export interface RunningStudio {
  /** With the token in its fragment, which no server and no log sees. */
  readonly address: string;
  /** The address for a browser's command line: it works once. */
  addressToOpen(): string;
  close(): Promise<void>;
}

/**
 * Serves the Studio. The address can be asked at once: everything else is loaded while the browser starts, and requests wait
 * for it.
 */
export async function startStudio(
  options: Omit<StudioOptions, 'token' | 'ownHosts'> & { readonly address: Address },
): Promise<RunningStudio> {
  const token = new LaunchToken();
  let studio: Promise<StudioServer> | undefined;
  const listening = await listen(options.address, (request, response) => {
    void answer(request, response);
  });
  const load = async (): Promise<StudioServer> =>
    (await import('./studio.ts')).createStudio({ ...options, token, ownHosts: listening.ownHosts });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      await (await (studio ??= load())).listener(request, response);
    } catch (error) {
      options.onFault(error);
      response.writeHead(500).end();
    }
  };
  // After the address has been printed; what cannot be loaded is told when a page asks for it.
  const prepare = async (): Promise<void> => {
    await (studio ??= load());
    await (await import('./studio.ts')).preload().catch(() => undefined);
  };
  setImmediate(() => void prepare().catch(options.onFault));
  return {
    address: `${listening.origin}/#token=${token.text}`,
    addressToOpen: () => `${listening.origin}/?open=${token.issueCode()}`,
    async close() {
      const loaded = await studio?.catch(() => undefined);
      await loaded?.close();
      await listening.close();
    },
  };
}
