import { Command as List } from 'cmdk';
import { CircleAlert, FileJson, TriangleAlert } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useState, type ReactNode } from 'react';

import { subjectOf } from '../document/findings.ts';
import { focusCanvas } from '../canvas/focus.ts';
import { goTo } from '../canvas/gestures/selecting.ts';
import { MarkedText } from '../canvas/MarkedText.tsx';
import { NodeTile } from '../canvas/nodes/StepNode.tsx';
import { useStudio } from '../api/studioStore.ts';
import { pageText } from '../../../core/workflow/diagnostics/pageText.ts';
import { Keys } from '../design/Keys.tsx';
import { useDocument } from '../document/documentStore.ts';
import { openFile } from '../document/openFile.ts';
import { toggleBottom, useLayout } from '../shell/layoutStore.ts';
import { paletteEntries, type PaletteEntry } from './paletteEntries.ts';
import { useCommands } from './registry.ts';

/** The palette while it is open. */
export function PaletteDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const [typed, setTyped] = useState('');
  const commands = useCommands((state) => state.commands);
  const drawing = useDocument((state) => state.current?.drawing);
  const findings = useDocument((state) => state.current?.compiled?.diagnostics) ?? [];
  const shown = [...commands.values()].filter(({ id }) => id !== 'command-palette');
  const current = useDocument((state) => state.current?.file);
  const files = useStudio((state) => state.studio?.files)?.filter(({ id }) => id !== current) ?? [];
  const entries = paletteEntries(typed, { commands: shown, drawing, findings, files });
  return (
    <Radix.Root open onOpenChange={(open) => open || onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-40 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 overflow-hidden rounded-card border border-line-strong bg-raised shadow-overlay"
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            // A command may have put the focus where it is wanted.
            if (document.activeElement === document.body) focusCanvas();
          }}
        >
          <Radix.Title className="sr-only">Find and do</Radix.Title>
          <List label="Find and do" shouldFilter={false} loop>
            <List.Input
              value={typed}
              onValueChange={setTyped}
              placeholder="Do something; @ finds nodes, # findings"
              className="h-12 w-full border-b border-line bg-transparent px-4 text-base outline-none placeholder:text-faint"
            />
            <List.List className="max-h-[50vh] overflow-auto p-1.5">
              <List.Empty className="p-3 text-sm text-muted">
                {typed.startsWith('#') ? 'Nothing was found: the workflow is sound.' : 'There is nothing of this name.'}
              </List.Empty>
              {entries.map((entry) => (
                <List.Item
                  key={keyOf(entry)}
                  value={keyOf(entry)}
                  disabled={entry.kind === 'command' && entry.why !== undefined}
                  className="flex min-h-9 cursor-default items-center gap-2.5 rounded-control px-2.5 py-1.5 text-sm aria-disabled:text-faint aria-selected:bg-accent-soft"
                  onSelect={() => {
                    onClose();
                    // After the window has closed and given the focus back.
                    setTimeout(() => follow(entry), 0);
                  }}
                >
                  <Entry entry={entry} />
                </List.Item>
              ))}
            </List.List>
          </List>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function keyOf(entry: PaletteEntry): string {
  if (entry.kind === 'command') return `> ${entry.command.id}`;
  if (entry.kind === 'file') return `/ ${entry.file.id}`;
  return entry.kind === 'node' ? `@ ${entry.id}` : `# ${entry.index}`;
}

function follow(entry: PaletteEntry): void {
  if (entry.kind === 'command') void entry.command.run();
  else if (entry.kind === 'file') void openFile(entry.file.id);
  else if (entry.kind === 'node') goTo(entry.id, true);
  else {
    const { current, select } = useDocument.getState();
    const subject = current && subjectOf(entry.finding, current.drawing);
    if (subject === undefined) {
      if (useLayout.getState().bottom !== 'problems') toggleBottom('problems');
    } else if ('item' in subject) goTo(subject.item, true);
    else select([], subject.edge);
  }
}

function Entry({ entry }: { readonly entry: PaletteEntry }): ReactNode {
  if (entry.kind === 'command') {
    const { icon: Icon, title, group, keys } = entry.command;
    return (
      <>
        <span className="grid size-5 shrink-0 place-items-center text-muted">
          {Icon !== undefined && <Icon size={16} />}
        </span>
        <span className="min-w-0 grow">
          {title}
          {entry.why !== undefined && <span className="ml-2 text-xs">{entry.why}</span>}
        </span>
        {entry.why === undefined && <span className="text-2xs text-muted">{group}</span>}
        {keys?.[0] !== undefined && <Keys keys={keys[0]} />}
      </>
    );
  }
  if (entry.kind === 'node') return <NodeEntry {...entry} />;
  if (entry.kind === 'file')
    return (
      <>
        <span className="grid size-5 shrink-0 place-items-center text-muted">
          <FileJson size={16} aria-hidden />
        </span>
        <span className="min-w-0 grow truncate">{pageText(entry.file.path)}</span>
        <span className="text-2xs text-muted">Open</span>
      </>
    );
  const { severity, message } = entry.finding;
  const Icon = severity === 'error' ? CircleAlert : TriangleAlert;
  return (
    <>
      <span className={`shrink-0 ${severity === 'error' ? 'text-danger' : 'text-warning'}`}>
        <Icon size={16} aria-label={severity} />
      </span>
      <span className="line-clamp-2 min-w-0">
        <MarkedText text={message} />
      </span>
    </>
  );
}

function NodeEntry({
  id,
  title,
  subtitle,
}: {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
}): ReactNode {
  const node = useDocument(({ current }) => current?.drawing.nodes.find((each) => each.id === id));
  if (node === undefined) return null;
  return (
    <>
      <NodeTile node={node} size="small" />
      <span className="shrink-0">{title}</span>
      <span className="min-w-0 truncate text-xs text-muted">{subtitle}</span>
    </>
  );
}
