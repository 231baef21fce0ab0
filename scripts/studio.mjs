// npm run studio: sets everything up and opens the examples in the Studio; with arguments, what these name.
import { join } from 'node:path';

import { root, runCommandLine, setUp } from './setup.mjs';

const args = process.argv.slice(2);
const namesPath = args.some((arg, index) => !arg.startsWith('-') && !['--port', '--host'].includes(args[index - 1]));
await setUp({ page: true });
await runCommandLine(['studio', ...(namesPath ? [] : [join(root, 'examples')]), ...args]);
