import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';

import { jsonSchemaOfWorkflow } from '../../src/core/workflow/index.ts';
import { planOf } from '../compile.ts';
import { codes, diagnose, edge, node } from '../workflow/workflows.ts';
import { startGenerated, writeGenerated, type RunningService } from './generatedProject.ts';
import { carriedTests, typesOf } from './projectChecks.ts';

/*
 * What a further provider of Chat Completions needs, beside its catalog: the three files that `threeFiles` lists, a line in the registry,
 * and the entry below in `nodes/llm/providers.py.ts`.
 */
const threeFiles = ['groveCompletion.ts', 'grove.py', 'provider.py'];

vi.mock('../../src/core/workflow/nodes/registry.ts', async (importOriginal) => {
  const { registry } = await importOriginal<{ registry: object }>();
  const { groveCompletion } = await import('./grove/groveCompletion.ts');
  return { registry: { ...registry, groveCompletion } };
});

vi.mock('../../src/core/codegen/python/NodeCodeGenerator.ts', async (importOriginal) => {
  const { generators: known } = await importOriginal<{ generators: object }>();
  const { completionGenerator } = await import('../../src/core/codegen/python/nodes/llm/completion.ts');
  const py = await import('../../src/core/codegen/python/syntax/build.ts');
  const module = 'app.nodes.llm.grove';
  const groveCompletion = completionGenerator(
    {
      complete: py.imported(module, 'complete_by_grove'),
      request: py.imported(module, 'GroveConfig'),
      answer: py.imported(module, 'GroveCompletion'),
      provider: {
        constant: py.imported('app.llm.parts', 'GROVE'),
        make: py.imported('app.llm.providers.grove', 'grove'),
      },
    },
    (request, { config }) => {
      // The type of a node that is listed in the registry has the key.
      const { rings } = config as { readonly rings?: number };
      if (rings !== undefined) request.addExpr('extra_body', py.dict([py.entry('rings', py.literal(rings))]));
    },
  );
  const generators: Readonly<Record<string, unknown>> = { ...known, groveCompletion };
  return { generators, generatorOf: (type: string) => generators[type] };
});

const folder = join(import.meta.dirname, 'grove');
const file = join(folder, 'two-providers.workflow.json');

function asking(config: object, env: readonly string[] = []): string {
  const nodes = [
    node('ask', 'httpEndpoint'),
    node('model', 'groveCompletion', config),
    node('end', 'response', { output: '{{ nodes.model.output.content }}' }),
  ];
  return JSON.stringify({ version: 1, name: 'a', env, nodes, edges: ['ask > model', 'model > end'].map(edge) });
}

test('nothing else in the compiler names the node or the module of a provider', () => {
  const core = join(import.meta.dirname, '../../src/core');
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const naming = files.filter((name) =>
    /'openaiCompletion'|models\/openai|'app\.nodes\.llm\.openai'/u.test(readFileSync(join(core, name), 'utf8')),
  );
  expect(naming.toSorted()).toEqual(['codegen/python/nodes/llm/openai.py.ts', 'workflow/nodes/configs/llm.ts']);
});

test('it comes to three files of 200 lines, as that of Groq does', () => {
  const root = join(import.meta.dirname, '../..');
  const catalogAside = readdirSync(folder).filter((name) => name !== 'models.ts' && !name.endsWith('.workflow.json'));
  expect(catalogAside.toSorted()).toEqual(threeFiles.toSorted());
  const ofGroq = ['src/core/workflow/nodes/configs/groq.ts'].concat(
    ['nodes/llm', 'llm/providers'].map((where) => `runtime/python/app/${where}/groq.py`),
  );
  for (const files of [threeFiles.map((name) => join(folder, name)), ofGroq.map((name) => join(root, name))]) {
    const lines = files.map((path) => readFileSync(path, 'utf8').split('\n').length - 1);
    expect(lines.reduce((sum, each) => sum + each)).toBeLessThanOrEqual(200);
  }
});

describe('checks go by the catalog and the rules of the provider', () => {
  test('a sound workflow has no findings', () => {
    expect(diagnose(readFileSync(file, 'utf8'))).toEqual([]);
  });

  test('a model that it retired', () => {
    const [found, ...others] = diagnose(asking({ model: 'oak-1', prompt: 'Hello' }));
    expect(others).toEqual([]);
    expect(found).toMatchObject({
      code: 'retired-model',
      message: 'Grove retired the model `oak-1` on 2026-06-30; its replacement is `oak-2`.',
    });
  });

  test('a name that only another provider has', () => {
    expect(codes(diagnose(asking({ model: 'gpt-5.4-mini', prompt: 'Hello' })))).toEqual(['unknown-model']);
  });

  test('a misspelt name', () => {
    expect(diagnose(asking({ model: 'oak-22', prompt: 'Hello' }))).toMatchObject([{ suggestion: 'oak-2' }]);
  });

  test('what the model does not do', () => {
    const image = { role: 'user', content: [{ type: 'image', url: 'https://example.com/a.png' }] };
    expect(codes(diagnose(asking({ messages: [image] })))).toEqual(['images-without-vision']);
  });

  test('values that the API refuses, and those that only others refuse', () => {
    expect(diagnose(asking({ prompt: 'Hello', temperature: 1.5 }))).toMatchObject([
      { message: 'The temperature 1.5 lies outside of 0 to 1.' },
    ]);
    expect(diagnose(asking({ prompt: 'Hello', responseFormat: 'json_object' }))).toEqual([]);
  });

  test('parameters that it does not have', () => {
    expect(codes(diagnose(asking({ prompt: 'Hello', api: 'responses' })))).toEqual(['unknown-key']);
  });

  test('its key is not for expressions', () => {
    expect(codes(diagnose(asking({ prompt: '{{ env.GROVE_REGION }}' }, ['GROVE_REGION'])))).toContain(
      'secret-env-name',
    );
  });
});

test('the published schema has its node', () => {
  expect(JSON.stringify(jsonSchemaOfWorkflow())).toContain('How old the answer may be');
});

/** A server of Chat Completions with one answer, and the keys that it was sent. */
async function answering(content: string): Promise<{ url: string; keys: unknown[]; server: Server }> {
  const keys: unknown[] = [];
  const message = { role: 'assistant', content };
  const body = JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  });
  const server = createServer((request, response) => {
    keys.push(request.headers.authorization);
    request.resume().once('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, keys, server };
}

function ask(service: RunningService): Promise<Response> {
  return fetch(`${service.url}/ask`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: '{"question":"Which tree grows fastest?"}',
  });
}

describe('the generated project', () => {
  // In place of the two Python modules that a provider needs.
  const project = writeGenerated(planOf(file));
  copyFileSync(join(folder, 'grove.py'), join(project, 'app/nodes/llm/grove.py'));
  copyFileSync(join(folder, 'provider.py'), join(project, 'app/llm/providers/grove.py'));

  afterAll(() => {
    rmSync(project, { recursive: true });
  });

  test('sends each key to the server of its provider, and to no other', async () => {
    const [openai, grove] = await Promise.all([answering('Bamboo.'), answering('{"right": true}')]);
    const service = await startGenerated(project, {
      upstream: openai.url,
      env: { GROVE_API_KEY: 'grove-key', GROVE_BASE_URL: grove.url },
    });
    try {
      expect((await fetch(`${service.url}/readyz`)).status).toBe(200);
      const answer = await ask(service);
      expect(await answer.json()).toMatchObject({ output: 'Bamboo.' });
      expect(openai.keys).toEqual(['Bearer sk-test']);
      expect(grove.keys).toEqual(['Bearer grove-key']);
    } finally {
      await service.stop();
      openai.server.close();
      grove.server.close();
    }
  });

  test('is not ready without one of the keys, and names the variable', async () => {
    const openai = await answering('Bamboo.');
    const service = await startGenerated(project, { upstream: openai.url, env: { GROVE_API_KEY: '' } });
    try {
      expect((await fetch(`${service.url}/readyz`)).status).toBe(503);
      expect(service.lines.filter((line) => line.includes('not_ready'))).toEqual([
        expect.stringContaining('To be set: GROVE_API_KEY.'),
      ]);
      expect(await (await ask(service)).json()).toMatchObject({
        code: 'missing_api_key',
        hint: 'Set GROVE_API_KEY in the environment or in the .env file.',
        node: 'verdict',
      });
    } finally {
      await service.stop();
      openai.server.close();
    }
  });

  test('asks its operator for both accounts', () => {
    const example = readFileSync(join(project, '.env.example'), 'utf8');
    expect(example.match(/^\w+=$/gmu)).toEqual([
      'OPENAI_API_KEY=',
      'OPENAI_BASE_URL=',
      'OPENAI_ORG_ID=',
      'OPENAI_PROJECT_ID=',
      'GROVE_API_KEY=',
      'GROVE_BASE_URL=',
      'ROOT_PATH=',
      'TRUSTED_PROXIES=',
    ]);
    expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain('fill in OPENAI_API_KEY, GROVE_API_KEY');
  });

  test('passes the tests that it carries, which tell models of both providers what to answer', async () => {
    const output = await carriedTests(project);
    expect(output).toMatch(/\d+ passed/u);
    expect(output).not.toMatch(/failed|error|skipped/u);
  }, 120_000);

  test('is well typed', async () => {
    expect(await typesOf(project)).toContain('0 errors, 0 warnings');
  }, 120_000);
});
