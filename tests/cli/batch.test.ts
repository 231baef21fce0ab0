import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { examples, User } from './catalyst.ts';

const chat = join(examples, 'chat', 'chat.workflow.json');

test('runs a workflow for each row, and goes on with nothing where all is done', async () => {
  const user = await User.create();
  await writeFile(join(user.folder, 'rows.csv'), 'id,message\na,Hello\nb,Why?\n');
  const command = ['batch', chat, '--input', 'rows.csv', '--out', 'results.jsonl'];
  const { exitCode, stderr } = await user.catalyst(...command);
  expect(stderr).toContain('answers come from the simulated OpenAI');
  expect(exitCode).toBe(0);
  const results = await readFile(join(user.folder, 'results.jsonl'), 'utf8');
  const rows = results
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { row: number; id: string });
  expect(rows.map(({ row, id }) => [row, id])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
  await writeFile(join(user.folder, 'rows.csv'), 'message\n\n""\n');
  const refused = await user.catalyst('batch', chat, '--input', 'rows.csv', '--check');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('line 3, column message');
  expect(await user.untilNoProcessesBelow()).toEqual([]);
});
