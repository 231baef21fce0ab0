// npm run -s catalyst -- ARGS: the `catalyst` command of this clone, set up first where that is needed.
import { runCommandLine, setUp } from './setup.mjs';

const args = process.argv.slice(2);
await setUp({ page: args[0] === 'studio' });
await runCommandLine(args);
