// npm start: sets everything up and shows what Catalyst does; with arguments it is the `catalyst` command.
import { runCommandLine, setUp } from './setup.mjs';

const args = process.argv.slice(2);
await setUp({ page: args[0] === 'studio' });
await runCommandLine(args.length > 0 ? args : ['demo']);
