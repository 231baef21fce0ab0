// npm run bench:retrieval: how well questions find what answers them, with simulated embeddings; see docs/retrieval.md.
import { join } from 'node:path';

import { capture, show } from '../scripts/commands.mjs';
import { root } from '../scripts/setup.mjs';

const runtime = join(root, 'runtime', 'python');
const catalyst = join(root, 'scripts', 'catalyst.mjs');
const { code, stdout } = await capture(process.execPath, [catalyst, 'python', join(runtime, 'requirements-dev.txt')]);
const measure = join(root, 'bench', 'retrieval', 'measure.py');
process.exitCode =
  code === 0 ? await show(stdout.trim(), [measure], { env: { ...process.env, PYTHONPATH: runtime } }) : code;
