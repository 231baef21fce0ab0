import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod';

import { writeAtomically } from '../../../host/atomicFile.ts';
import { dataFolder } from '../../../host/dataFolder.ts';
import { serviceAddress } from '../../../host/durableService.ts';
import { HostError, systemCode, UsageError } from '../../../host/errors.ts';
import { jsonOf } from '../../../host/jsonText.ts';
import type { Service } from '../../protocol/index.ts';
import { RefusedRequest } from '../handlers.ts';

const entrySchema = z.object({ id: z.string(), address: z.string(), token: z.string().optional() });
const fileSchema = z.object({ services: z.array(entrySchema) });

/** A service with its token, which leaves the Studio's server for that address alone. */
export type KnownService = z.output<typeof entrySchema>;

/** Only whoever started the Studio can read it. */
const fileMode = 0o600;
const hint = 'Write it as http://127.0.0.1:8000.';

/** The services that a person has named, in a file of the user's own: the database holds no secrets, and this does. */
export class KnownServices {
  readonly #path: string;

  constructor(env: NodeJS.ProcessEnv) {
    this.#path = join(dataFolder(env), 'services.json');
  }

  list(): readonly Service[] {
    return this.#read().map(shown);
  }

  /** Throws a refusal where there is none of that id. */
  find(id: string): KnownService {
    const found = this.#read().find((each) => each.id === id);
    if (found !== undefined) return found;
    throw new RefusedRequest(404, { code: 'service_unknown', message: 'This service has been forgotten.' });
  }

  /** Keeps a service in the place of the one with that address. Throws a UsageError for what is no address or token. */
  add(typed: string, token: string | undefined): Service {
    const address = serviceAddress(typed, hint).href.replace(/\/$/u, '');
    if (token !== undefined && !/^[\u0021-\u007e]+$/u.test(token))
      throw new UsageError('A token has no blanks and only ASCII characters.', 'Copy the value of RUNS_TOKEN alone.');
    const known = this.#read();
    const { id = randomBytes(12).toString('base64url') } = known.find((each) => each.address === address) ?? {};
    const service = { id, address, ...(token !== undefined && { token }) };
    const index = known.findIndex((each) => each.id === id);
    this.#write(index === -1 ? [...known, service] : known.with(index, service));
    return shown(service);
  }

  forget(id: string): void {
    this.#write(this.#read().filter((each) => each.id !== id));
  }

  #read(): readonly KnownService[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw this.#unreadable(error);
    }
    const { data } = fileSchema.safeParse(jsonOf(text));
    if (data === undefined) throw this.#unreadable();
    return data.services;
  }

  #write(services: readonly KnownService[]): void {
    writeAtomically(this.#path, `${JSON.stringify({ services }, null, 2)}\n`, fileMode);
  }

  #unreadable(cause?: unknown): HostError {
    const message = `The services that you have named cannot be read: ${this.#path}.`;
    return new HostError('unreadable', message, 'Delete that file, and name them again.', { cause });
  }
}

function shown({ id, address, token }: KnownService): Service {
  return { id, address, hasToken: token !== undefined };
}
