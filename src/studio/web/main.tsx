import './api/first.ts';
import './policy.ts';
import './styles.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { startStudio } from './api/studioStore.ts';
import { startKeys } from './commands/keys.ts';
import { startFocusHome } from './design/focusHome.ts';
import { startCompiling } from './document/compiling.ts';
import { startJournaling } from './document/journaling.ts';
import { startFollowingFiles } from './document/openFile.ts';
import { startSaving } from './document/saving.ts';
import { addRunCommands, startStopKey } from './run/runCommands.ts';
import { startFollowingOpenFile } from './run/openFileRuns.ts';
import { addFileCommands } from './files/fileCommands.ts';
import { startFollowingRuns } from './run/runStore.ts';
import { addTestCommands } from './tests/testCommands.ts';
import { startFollowingTests } from './tests/testStore.ts';
import { App } from './shell/App.tsx';
import { addShellCommands } from './shell/shellCommands.ts';
import { startTheme } from './shell/theme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the Studio.');

startTheme();
addShellCommands();
addRunCommands();
addTestCommands();
addFileCommands();
startKeys();
startFocusHome();
startStopKey();
startSaving();
startJournaling();
startCompiling();
startFollowingFiles();
startFollowingRuns();
startFollowingOpenFile();
startFollowingTests();
startStudio(new AbortController().signal);

createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
