import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { providers, type Provider } from '../../src/core/workflow/index.ts';
import { compatibleProvider } from '../../src/core/workflow/models/compatible/compatible.ts';
import { chooseModelServer, kindOf } from '../../src/host/modelServer.ts';
import { simulatedAccounts } from '../../src/host/service.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'model-server-'));
  file = join(folder, 'a.workflow.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function named(id: string): Provider {
  const found = providers.find((provider) => provider.id === id);
  if (found === undefined) throw new Error(`There is no provider ${id}.`);
  return found;
}

const openai = named('openai');
const groq = named('groq');

describe('each provider is answered for by itself', () => {
  test('one is real and one is simulated', async () => {
    const chosen = await chooseModelServer({ env: { GROQ_API_KEY: 'gsk' } }, file, [openai, groq]);
    expect(chosen.answerers.map(({ kind }) => kind)).toEqual(['simulated', 'provider']);
    expect(chosen.notice.split('\n')).toEqual([
      'No OPENAI_API_KEY is set: answers of OpenAI come from the simulated OpenAI on this machine, not from a model.',
      'Answers of Groq come from Groq, with your GROQ_API_KEY.',
    ]);
    expect(chosen.env).toEqual({ GROQ_API_KEY: 'gsk' });
    expect(kindOf(chosen)).toBe('provider');
  });

  test('a lone provider is spoken of as before', async () => {
    const { notice } = await chooseModelServer({ env: {} }, file, [openai]);
    expect(notice).toBe(
      'No OPENAI_API_KEY is set: answers come from the simulated OpenAI on this machine, not from a model.',
    );
  });

  test('a server without keys is real as soon as it has an address', async () => {
    const ollama = compatibleProvider('ollama');
    expect((await chooseModelServer({ env: {} }, file, [ollama])).answerers).toMatchObject([{ kind: 'simulated' }]);
    const chosen = await chooseModelServer({ env: { OLLAMA_BASE_URL: 'http://127.0.0.1:1/v1' } }, file, [ollama]);
    expect(chosen.answerers).toMatchObject([{ kind: 'custom', address: 'http://127.0.0.1:1/v1', hasKey: false }]);
  });

  test('where nothing says where a server is, its key is of no use', async () => {
    const own = compatibleProvider('my-own');
    await expect(chooseModelServer({ env: { MY_OWN_API_KEY: 'k' } }, file, [own])).rejects.toThrow(
      'MY_OWN_API_KEY is set, and nothing says where my_own is.',
    );
  });

  test('what is simulated is told neither a key nor an address of another place', () => {
    expect(simulatedAccounts([openai, groq], 'http://127.0.0.1:9', { NO_PROXY: 'example.com' })).toEqual({
      OPENAI_API_KEY: 'simulated',
      OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
      GROQ_API_KEY: 'simulated',
      GROQ_BASE_URL: 'http://127.0.0.1:9/groq/openai/v1',
      NO_PROXY: 'example.com,127.0.0.1',
      no_proxy: 'example.com,127.0.0.1',
    });
  });
});

describe('a `.env` file that comes with a workflow', () => {
  test.each([openai, groq, compatibleProvider('gemini'), compatibleProvider('my-own')])(
    'does not redirect the key of $name',
    async (provider) => {
      const { key, baseUrl } = provider.variables;
      writeFileSync(join(folder, '.env'), `${baseUrl}=https://evil.example/v1\n`);
      const chosen = chooseModelServer({ env: { [key]: 'secret' } }, file, [openai, groq, provider]);
      await expect(chosen).rejects.toThrow(`would have your ${key} sent to https://evil.example/v1`);
    },
  );

  test('may bring a key and an address of its own', async () => {
    writeFileSync(join(folder, '.env'), 'GROQ_BASE_URL=https://proxy.example/v1\nGROQ_API_KEY=theirs\n');
    const chosen = await chooseModelServer({ env: { OPENAI_API_KEY: 'mine' } }, file, [openai, groq]);
    expect(chosen.answerers.map(({ kind }) => kind)).toEqual(['provider', 'custom']);
  });

  test('sets nothing that starts programs', async () => {
    writeFileSync(join(folder, '.env'), 'PYTHONPATH=/evil\nHTTPS_PROXY=http://evil\nCITY=Rome\n');
    expect((await chooseModelServer({ env: {} }, file, [openai])).env).toEqual({ CITY: 'Rome' });
  });
});
