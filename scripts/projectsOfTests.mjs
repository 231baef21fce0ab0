import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './setup.mjs';

const golden = join(root, 'tests', 'codegen', 'golden');
const execution = join(root, 'tests', 'execution');

/**
 * Lists of packages that tests install, one for each set: those of some examples, which lie built in a folder, and of clients
 * that others have written.
 */
export function requirementsOfTests(examples) {
  const names = ['chat', 'approve-refund', 'ask-docs', 'weather-brief'];
  const built = names.map((name) => ({ name, file: join(examples, name, 'requirements.txt') }));
  return [...built, { name: 'clients', file: join(execution, 'clients', 'requirements.txt') }];
}

/** Projects that tests run. Their types are checked here, where one pyright reads the packages for all of them. */
export function projectsOfTests() {
  const projects = {
    golden: readdirSync(golden).flatMap((name) => workflowsIn(join(golden, name)).filter((file) => !isDurable(file))),
    durable: [
      ...workflowsIn(join(golden, 'durable')),
      join(root, 'examples', 'nightly-digest', 'nightly-digest.workflow.json'),
      join(golden, 'step-options', 'failures.workflow.json'),
    ],
    embeddings: [join(golden, 'embeddings', 'embeddings.workflow.json')],
    routers: ['cheapest', 'helper', 'shares'].map((name) => join(golden, 'routers', `${name}.workflow.json`)),
    'four-providers': [join(execution, 'providers', 'four-providers.workflow.json')],
    'from-docs': workflowsIn(join(execution, 'fromDocs')),
    ...Object.fromEntries(
      ['claude', 'databases', 'outside', 'transforms'].map((name) => [
        name,
        [join(execution, `${name}.workflow.json`)],
      ]),
    ),
  };
  return Object.entries(projects).map(([name, files]) => ({ name, files }));
}

function workflowsIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.workflow.json'));
  return names.map((name) => join(folder, name));
}

/** Projects have runs that are kept, or none. */
function isDurable(file) {
  return readFileSync(file, 'utf8').includes('"durable": true');
}
