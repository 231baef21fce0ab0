#!/usr/bin/env node
import * as nodeModule from 'node:module';

import { version } from '../../package.json';

// From 22.1 on, Node keeps what it has compiled for the next start.
if ('enableCompileCache' in nodeModule) (nodeModule.enableCompileCache as () => void)();

// What asks for nothing more is answered without loading more.
const [first, ...others] = process.argv.slice(2);
if (others.length === 0 && (first === '--version' || first === '-v')) process.stdout.write(`${version}\n`);
else await (await import('./main.ts')).main();
