import {
  CircleAlert,
  Code,
  Coins,
  FileJson,
  FlaskConical,
  Gauge,
  History,
  ListTree,
  MessageSquare,
  Moon,
  PanelRight,
  Redo2,
  Send,
  Undo2,
} from 'lucide-react';

import { showInText } from '../code/codeStore.ts';
import type { Command } from '../commands/command.ts';
import { addCommands } from '../commands/registry.ts';
import { useDocument } from '../document/documentStore.ts';
import { toggleBottom, useLayout, type BottomTab } from './layoutStore.ts';

const noFile = 'No workflow is open.';

/** What belongs to the page as a whole: steps back and forth, views, looks. */
export function addShellCommands(): void {
  const commands: readonly Command[] = [
    {
      id: 'undo',
      title: 'Undo',
      group: 'Edit',
      keys: ['Mod+Z'],
      icon: Undo2,
      unavailable: () => unavailableStep('undo', 'There is nothing to undo.'),
      run: () => useDocument.getState().undo(),
    },
    {
      id: 'redo',
      title: 'Redo',
      group: 'Edit',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      icon: Redo2,
      unavailable: () => unavailableStep('redo', 'There is nothing to redo.'),
      run: () => useDocument.getState().redo(),
    },
    {
      id: 'properties',
      title: 'Show or hide properties',
      group: 'View',
      keys: ['Mod+I'],
      icon: PanelRight,
      run: () => {
        const { isPropertiesOpen, set } = useLayout.getState();
        set({ isPropertiesOpen: !isPropertiesOpen });
      },
    },
    view('chat', 'Chat', MessageSquare, 'C'),
    view('run', 'Run: timeline and values', Gauge, 'L'),
    view('history', 'History of runs', History, 'H'),
    view('code', 'Generated code', Code),
    {
      id: 'file-text',
      title: 'Text of the workflow file',
      group: 'View',
      icon: FileJson,
      unavailable: () => (useDocument.getState().current === undefined ? noFile : undefined),
      run: () => showInText(0),
    },
    view('request', 'Request: the endpoint by hand', Send),
    view('problems', 'Problems', CircleAlert),
    view('tests', 'Tests of the generated service', FlaskConical),
    view('cost', 'Cost', Coins),
    {
      id: 'outline',
      title: 'Outline',
      group: 'View',
      keys: ['O'],
      scope: 'canvas',
      icon: ListTree,
      run: () => {
        const { side, set } = useLayout.getState();
        set({ side: side === 'outline' ? undefined : 'outline' });
      },
    },
    {
      id: 'theme',
      title: 'Light, dark or as the system',
      group: 'View',
      icon: Moon,
      run: () => {
        const { theme, set } = useLayout.getState();
        set({ theme: theme === 'system' ? 'light' : theme === 'light' ? 'dark' : 'system' });
      },
    },
  ];
  addCommands(commands);
}

function view(tab: BottomTab, title: string, icon: typeof Code, key?: string): Command {
  return {
    id: `view-${tab}`,
    title,
    group: 'View',
    icon,
    ...(key !== undefined && { keys: [key], scope: 'canvas' }),
    run: () => toggleBottom(tab),
  };
}

function unavailableStep(kind: 'undo' | 'redo', none: string): string | undefined {
  const { current } = useDocument.getState();
  if (current === undefined) return noFile;
  return current[kind].length === 0 ? none : undefined;
}
