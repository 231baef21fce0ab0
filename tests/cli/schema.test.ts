import Ajv from 'ajv/dist/2020.js';
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

import { jsonSchemaOfWorkflow } from '../../src/core/workflow/index.ts';
import { examples, User } from './catalyst.ts';

const published = resolve(import.meta.dirname, '../../schema/workflow.schema.json');

test('schema/workflow.schema.json is what the compiler reads; `npm test -- -u` writes it anew', async () => {
  await expect(`${JSON.stringify(jsonSchemaOfWorkflow(), null, 2)}\n`).toMatchFileSnapshot(published);
});

test('every example fits the schema', async () => {
  const fits = new Ajv({ strict: false }).compile(jsonSchemaOfWorkflow());
  for (const name of await readdir(examples)) {
    const example: unknown = JSON.parse(await readFile(join(examples, name, `${name}.workflow.json`), 'utf8'));
    fits(example);
    expect(fits.errors, name).toBeNull();
  }
});

test('what `new` makes names the schema, so that an editor finds it', async () => {
  const user = await User.create();
  await user.catalyst('new', 'bot', '--example', 'chat');
  const { $schema = '' } = JSON.parse(await readFile(join(user.folder, 'bot/bot.workflow.json'), 'utf8')) as {
    $schema?: string;
  };
  expect(resolve(user.folder, 'bot', $schema)).toBe(published);
});
