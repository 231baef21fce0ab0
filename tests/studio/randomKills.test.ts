import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { examples, User } from '../cli/catalyst.ts';
import { temporaryFolder } from '../host/temporaryFolder.ts';
import { randomNumbers } from '../workflow/expressions/random.ts';
import { Household, name } from './kills/household.ts';

/** How often the Studio is killed; `CATALYST_KILLS` asks for more, and `CATALYST_KILLS_SEED` for others. */
const kills = Number(process.env['CATALYST_KILLS'] ?? 24);
const seed = Number(process.env['CATALYST_KILLS_SEED'] ?? 1);

test(
  'killed at any moment, whatever goes on: what was answered is there, and the next Studio goes on',
  async () => {
    const user = await User.create({ CATALYST_DATA_DIR: await temporaryFolder() });
    await copyFile(join(examples, 'chat', name), join(user.folder, name));
    const first = await readFile(join(user.folder, name), 'utf8');
    const household = new Household(user, first, randomNumbers(seed));
    for (let kill = 1; kill <= kills; kill += 1) {
      const problems = await household.round();
      expect(problems.join(' '), `kill ${kill} of seed ${seed}: ${household.doing}`).toBe('');
    }
  },
  60_000 + 10_000 * kills,
);
