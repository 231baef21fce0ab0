import { ChevronDown, CircleCheck, CircleAlert, CloudOff, Download, LoaderCircle, Search } from 'lucide-react';
import type { ReactNode } from 'react';

import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { useStudio } from '../api/studioStore.ts';
import { runCommand, useCommands } from '../commands/registry.ts';
import { Button, IconButton } from '../design/Button.tsx';
import { Menu } from '../design/Menu.tsx';
import { useDocument, type SaveState as SaveStateOfFile } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';
import { usePending } from '../document/pendingEdits.ts';
import { RunControls } from '../run/RunControls.tsx';

/** Which file, how it stands with it, and what is done with the whole of it. */
export function TopBar(): ReactNode {
  const hasFile = useDocument((state) => state.current !== undefined);
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
      <img src="/icon.svg" alt="" className="size-6" />
      {/* The gallery has a heading of its own. */}
      {hasFile && <h1 className="sr-only">Catalyst Studio</h1>}
      <FileMenu />
      {hasFile && <SaveState />}
      <div className="grow" />
      {hasFile && <Steps />}
      <CommandButton id="command-palette" label="Find and do" />
      {hasFile && (
        <>
          <span className="mx-1 h-5 w-px bg-line" />
          <Button icon={Download} onClick={() => refuse(runCommand('export'))}>
            Export
          </Button>
          <RunControls />
        </>
      )}
    </header>
  );
}

function refuse(why: string | undefined): void {
  if (why !== undefined) useDocument.getState().refuse(why);
}

function FileMenu(): ReactNode {
  const files = useStudio((state) => state.studio?.files) ?? [];
  const file = useDocument((state) => state.current?.file);
  const title = useDocument(({ current }) =>
    current === undefined ? 'Catalyst Studio' : current.drawing.name === '' ? current.path : current.drawing.name,
  );
  const entries = files.map(({ id, path }) => ({
    title: pageText(path),
    isChecked: id === file,
    onSelect: () => void openFile(id),
  }));
  return (
    <Menu entries={[...entries, undefined, 'new-file', 'versions']}>
      <Button look="quiet" className="max-w-72 min-w-16 shrink!">
        <span className="truncate text-sm font-semibold text-ink">{pageText(title)}</span>
        <ChevronDown size={14} aria-hidden />
      </Button>
    </Menu>
  );
}

interface Shown {
  readonly icon: typeof CircleCheck;
  readonly text: string;
  readonly look: string;
}

const saved: Shown = { icon: CircleCheck, text: 'Saved', look: 'text-muted' };

interface FileState {
  readonly save: SaveStateOfFile;
  readonly isOutdated: boolean;
  readonly isConnected: boolean;
  readonly isSaved: boolean;
  readonly isWritable: boolean;
}

/** The first of these that holds is what matters. */
function shownState({ save, isOutdated, isConnected, isSaved, isWritable }: FileState): Shown {
  if (isOutdated)
    return {
      icon: CloudOff,
      text: 'The Studio was started anew: open the address that it printed',
      look: 'text-danger',
    };
  if (!isWritable) return { icon: CircleAlert, text: 'Read only', look: 'text-warning' };
  if (save.kind === 'conflict') return { icon: CircleAlert, text: 'Changed outside too', look: 'text-danger' };
  if (save.kind === 'failed') return { icon: CircleAlert, text: save.message, look: 'text-danger' };
  if (save.kind === 'offline' || !isConnected)
    return { icon: CloudOff, text: 'The Studio does not answer', look: 'text-warning' };
  return isSaved ? saved : { icon: LoaderCircle, text: 'Saving', look: 'text-muted' };
}

/** Always true: what it says of the file on disk is what the server said last. */
function SaveState(): ReactNode {
  const save = useDocument((state) => state.current?.save);
  const isWritable = useDocument((state) => state.current?.isWritable);
  const isTyped = usePending(({ isWaiting }) => isWaiting);
  const isSaved = useDocument(({ current }) => current?.text === current?.stored.text) && !isTyped;
  const isConnected = useStudio((state) => state.isConnected);
  const isOutdated = useStudio((state) => state.isOutdated);
  if (save === undefined) return null;
  const {
    icon: Icon,
    text: words,
    look,
  } = shownState({ save, isOutdated, isConnected, isSaved, isWritable: isWritable === true });
  return (
    <span role="status" className={`flex min-w-0 items-center gap-1 text-xs ${look}`}>
      <Icon size={14} aria-hidden />
      <span className="truncate" title={words}>
        {words}
      </span>
    </span>
  );
}

function Steps(): ReactNode {
  // Drawn anew with each step, which changes what can be done.
  useDocument((state) => state.current?.undo.length);
  useDocument((state) => state.current?.redo.length);
  return (
    <>
      <CommandButton id="undo" />
      <CommandButton id="redo" />
    </>
  );
}

function CommandButton({ id, label }: { readonly id: string; readonly label?: string }): ReactNode {
  const command = useCommands((state) => state.commands.get(id));
  if (command === undefined) return null;
  const keys = command.keys?.[0];
  const unavailable = command.unavailable?.() !== undefined;
  return (
    <IconButton
      icon={command.icon ?? Search}
      label={label ?? command.title}
      {...(keys !== undefined && { keys })}
      disabled={unavailable}
      onClick={() => void command.run()}
    />
  );
}
