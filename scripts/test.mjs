// npm test: the tests of the compiler and the command line, then those of the Python runtime.
import { setUp } from './setup.mjs';
import { runTests, tally } from './tests.mjs';

await setUp();
const result = await runTests(process.argv.slice(2));
console.log(`\n${tally(result)}`);
process.exitCode = result.failed === 0 ? 0 : 1;
