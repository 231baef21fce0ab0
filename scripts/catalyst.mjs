// npm run -s catalyst -- ARGS: the `catalyst` command of this clone, set up first where that is needed.
import { runCommandLine, setUp } from './setup.mjs';

await setUp();
await runCommandLine(process.argv.slice(2));
