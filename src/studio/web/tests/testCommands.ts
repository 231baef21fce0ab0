import { FlaskConical } from 'lucide-react';

import { addCommands } from '../commands/registry.ts';
import { useDocument } from '../document/documentStore.ts';
import { useLayout } from '../shell/layoutStore.ts';
import { runTests, useTests } from './testStore.ts';

/** What can be done with the tests of the generated project. */
export function addTestCommands(): () => void {
  return addCommands([
    {
      id: 'run-tests',
      title: 'Run the tests of the generated project',
      group: 'Run',
      icon: FlaskConical,
      unavailable: () => {
        const { current } = useDocument.getState();
        if (current === undefined) return 'No workflow is open.';
        const isRunning = useTests.getState().runs.get(current.file)?.state === 'running';
        return isRunning ? 'The tests are running already.' : undefined;
      },
      run: async () => {
        useLayout.getState().set({ bottom: 'tests' });
        await runTests();
      },
    },
  ]);
}
