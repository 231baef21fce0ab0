import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

import { freePort } from '../../src/host/ports.ts';
import { planOf } from '../compile.ts';
import { startGenerated, writeGenerated } from '../execution/generatedProject.ts';

const examples = join(import.meta.dirname, '../../examples');
const refund = { order: 'A-1017', amount: 49.9, complaint: 'The kettle arrived broken.' };
const articles = { articles: [{ title: 'Harbour reopens', text: 'The harbour takes ships again.' }] };

/** A generated service with two durable workflows: one asks a person before it pays, one has steps in a loop. */
export class DurableServiceOfTests {
  readonly token = 'token-of-all-the-runs';
  readonly folder: string;
  readonly url: string;
  readonly #port: number;
  #stop: () => Promise<void> = () => Promise.resolve();

  private constructor(folder: string, port: number) {
    this.folder = folder;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async create(): Promise<DurableServiceOfTests> {
    const plans = ['approve-refund', 'nightly-digest'].map((name) =>
      planOf(join(examples, name, `${name}.workflow.json`)),
    );
    const service = new DurableServiceOfTests(writeGenerated(...plans), await freePort());
    await service.start();
    return service;
  }

  /** Also once more, at the same port and with the same database. */
  async start(): Promise<void> {
    const service = await startGenerated(this.folder, {
      env: {
        RUNS_TOKEN: this.token,
        APPROVAL_SECRET: 'a secret for links of this test',
        PUBLIC_URL: this.url,
        APPROVER: 'lead@example.com',
      },
      port: this.#port,
      simulatedArgs: ['--first-token-ms', '100', '--tokens-per-second', '40'],
    });
    this.#stop = async () => service.stop();
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Begins a run that comes to ask a person; its id. */
  async refund(): Promise<string> {
    return this.#begin('/refunds', refund);
  }

  async digest(): Promise<string> {
    return this.#begin('/digest', articles);
  }

  async #begin(path: string, input: object): Promise<string> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'respond-async' },
      body: JSON.stringify(input),
    });
    return z.object({ id: z.string() }).parse(await response.json()).id;
  }
}
