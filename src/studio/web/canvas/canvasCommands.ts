import {
  ArrowLeftRight,
  BoxSelect,
  ClipboardPaste,
  Copy,
  CopyPlus,
  Group,
  LayoutGrid,
  Map as MapIcon,
  Maximize,
  MousePointer2,
  PanelRight,
  Pencil,
  Plus,
  PowerOff,
  Scissors,
  Search,
  Spline,
  StickyNote,
  Trash2,
  Ungroup,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';

import { canAskOthers, duplicate, setDisabled, type Point } from '../../../core/workflow/edits/index.ts';
import type { Command } from '../commands/command.ts';
import { addCommands } from '../commands/registry.ts';
import { useDocument } from '../document/documentStore.ts';
import { openProviderDialog } from '../properties/provider/providerDialog.ts';
import { useLayout } from '../shell/layoutStore.ts';
import { isMapShown, useCanvas } from './canvasStore.ts';
import { useFlow } from './flowStore.ts';
import { focusCanvas } from './focus.ts';
import { openQuickAdd, openQuickAddByKey } from './gestures/adding.ts';
import { copyByCommand, pasteByCommand, removeSelected } from './gestures/clipboard.ts';
import { current, edit, selected } from './gestures/current.ts';
import { nudge, tidyUp } from './gestures/moving.ts';
import { beginWriting } from './gestures/naming.ts';
import { addNoteAt, groupSelected, selectedGroups, ungroupSelected } from './gestures/notes.ts';
import { pointerOnCanvas } from './gestures/pointer.ts';
import { goToFinding, selectAll, selectReachable, walk } from './gestures/selecting.ts';
import { fit, windowCentre, zoomBy, zoomTo } from './viewport.ts';

type Canvas = Omit<Command, 'scope'>;

const noFile = 'No workflow is open.';
const hasFile = (): string | undefined => (current() === undefined ? noFile : undefined);

function hasNodes(): string | undefined {
  const document = current();
  if (document === undefined) return noFile;
  return selected(document).nodes.length === 0 ? 'Choose a node first.' : undefined;
}

function hasOneNode(): string | undefined {
  const document = current();
  if (document === undefined) return noFile;
  return selected(document).nodes.length === 1 ? undefined : 'Choose one node first.';
}

function hasSelection(): string | undefined {
  const document = current();
  if (document === undefined) return noFile;
  return document.selection.size === 0 ? 'Choose something first.' : undefined;
}

function oneNode(): string {
  const document = current();
  return (document && selected(document).nodes[0]?.id) ?? '';
}

const adding: readonly Canvas[] = [
  {
    id: 'add-node',
    title: 'Add a node',
    group: 'Add',
    keys: ['N', 'Tab'],
    icon: Plus,
    unavailable: hasFile,
    run: () => openQuickAddByKey(pointerOnCanvas()),
  },
  {
    id: 'add-note',
    title: 'Add a sticky note',
    group: 'Add',
    keys: ['Shift+S'],
    icon: StickyNote,
    unavailable: hasFile,
    run: () => addNoteAt(pointerOnCanvas()),
  },
  {
    id: 'connect',
    title: 'Connect to another node',
    group: 'Add',
    keys: ['E'],
    icon: Spline,
    unavailable: hasOneNode,
    run: () => useCanvas.setState({ connectingFrom: oneNode() }),
  },
  {
    id: 'insert-on-edge',
    title: 'Add a node on this edge',
    group: 'Add',
    icon: Plus,
    unavailable: () => (current()?.selectedEdge === undefined ? 'Choose an edge first.' : undefined),
    run: () => {
      const onEdge = current()?.selectedEdge;
      if (onEdge !== undefined) openQuickAdd(pointerOnCanvas() ?? windowCentre(), { onEdge });
    },
  },
];

const editing: readonly Canvas[] = [
  {
    id: 'open-node',
    title: 'Open',
    group: 'Edit',
    keys: ['Enter'],
    icon: PanelRight,
    unavailable: hasSelection,
    run: openSelected,
  },
  {
    id: 'edit-note',
    title: 'Write on the note',
    group: 'Edit',
    icon: Pencil,
    unavailable: () =>
      (current()?.drawing.notes ?? []).some(({ id }) => current()?.selection.has(id))
        ? undefined
        : 'Choose a note first.',
    run: openSelected,
  },
  {
    id: 'rename',
    title: 'Rename',
    group: 'Edit',
    keys: ['F2'],
    icon: Pencil,
    unavailable: hasOneNode,
    run: () => beginNaming('name'),
  },
  {
    id: 'rename-id',
    title: 'Rename id',
    group: 'Edit',
    keys: ['Shift+F2'],
    icon: Pencil,
    unavailable: hasOneNode,
    run: () => beginNaming('id'),
  },
  {
    id: 'duplicate',
    title: 'Duplicate',
    group: 'Edit',
    keys: ['Mod+D'],
    icon: CopyPlus,
    unavailable: hasSelection,
    run: () => void edit((text, { selection }) => duplicate(text, selection)),
  },
  {
    id: 'copy',
    title: 'Copy',
    group: 'Edit',
    keys: ['Mod+C'],
    isNative: true,
    icon: Copy,
    unavailable: hasSelection,
    run: async () => copyByCommand(false),
  },
  {
    id: 'cut',
    title: 'Cut',
    group: 'Edit',
    keys: ['Mod+X'],
    isNative: true,
    icon: Scissors,
    unavailable: hasSelection,
    run: async () => copyByCommand(true),
  },
  {
    id: 'paste',
    title: 'Paste',
    group: 'Edit',
    keys: ['Mod+V'],
    isNative: true,
    icon: ClipboardPaste,
    unavailable: hasFile,
    run: async () => pasteByCommand(false),
  },
  {
    id: 'paste-wires',
    title: 'Paste with wires to other nodes',
    group: 'Edit',
    keys: ['Mod+Shift+V'],
    isNative: true,
    icon: ClipboardPaste,
    unavailable: hasFile,
    run: async () => pasteByCommand(true),
  },
  {
    id: 'delete',
    title: 'Delete',
    group: 'Edit',
    keys: ['Delete', 'Backspace'],
    icon: Trash2,
    unavailable: () => (current()?.selectedEdge === undefined ? hasSelection() : undefined),
    run: removeSelected,
  },
  {
    id: 'disable',
    title: 'Disable or enable',
    group: 'Edit',
    keys: ['D'],
    icon: PowerOff,
    unavailable: hasNodes,
    run: () => {
      const document = current();
      if (document === undefined) return;
      const { nodes } = selected(document);
      const isToBeDisabled = nodes.some(({ disabled }) => !disabled);
      edit((text) =>
        setDisabled(
          text,
          nodes.map(({ id }) => id),
          isToBeDisabled,
        ),
      );
    },
  },
  {
    id: 'change-provider',
    title: 'Change provider …',
    group: 'Edit',
    icon: ArrowLeftRight,
    unavailable: () =>
      hasOneNode() ??
      (canAskOthers(current()?.drawing.nodes.find(({ id }) => id === oneNode())?.known)
        ? undefined
        : 'It asks no model.'),
    run: () => openProviderDialog(oneNode()),
  },
  {
    id: 'group',
    title: 'Group',
    group: 'Edit',
    keys: ['Mod+G'],
    icon: Group,
    unavailable: hasNodes,
    run: groupSelected,
  },
  {
    id: 'ungroup',
    title: 'Ungroup',
    group: 'Edit',
    keys: ['Mod+Shift+G'],
    icon: Ungroup,
    unavailable: () => (selectedGroups().length === 0 ? 'Choose a group, or a node in one.' : undefined),
    run: ungroupSelected,
  },
  {
    id: 'tidy-up',
    title: 'Tidy up',
    group: 'Edit',
    keys: ['Shift+Alt+T', 'Alt+Shift+F'],
    icon: LayoutGrid,
    unavailable: hasFile,
    run: tidyUp,
  },
  {
    id: 'select-all',
    title: 'Select all',
    group: 'Edit',
    keys: ['Mod+A'],
    icon: BoxSelect,
    unavailable: hasFile,
    run: selectAll,
  },
];

const looking: readonly Canvas[] = [
  {
    id: 'fit',
    title: 'Show the whole workflow',
    group: 'View',
    keys: ['Shift+1', '1'],
    icon: Maximize,
    unavailable: hasFile,
    run: () => fit(),
  },
  {
    id: 'fit-selection',
    title: 'Show the selection',
    group: 'View',
    keys: ['Shift+2', '2'],
    icon: Maximize,
    unavailable: hasSelection,
    run: () => fit(current()?.selection),
  },
  { id: 'zoom-in', title: 'Zoom in', group: 'View', keys: ['+', '='], icon: ZoomIn, run: () => zoomBy(1.25) },
  { id: 'zoom-out', title: 'Zoom out', group: 'View', keys: ['-'], icon: ZoomOut, run: () => zoomBy(0.8) },
  { id: 'zoom-reset', title: 'Zoom to 100 %', group: 'View', keys: ['0'], icon: Search, run: () => zoomTo(1) },
  {
    id: 'minimap',
    title: 'Show or hide the map',
    group: 'View',
    keys: ['M'],
    icon: MapIcon,
    run: () => {
      const isShown = isMapShown(useCanvas.getState().isMinimapOpen, useFlow.getState().nodes.length);
      useCanvas.setState({ isMinimapOpen: !isShown });
    },
  },
  {
    id: 'swap-drag',
    title: 'Drag on the empty canvas: select, or move it',
    group: 'View',
    icon: MousePointer2,
    run: () => {
      const { drag, set } = useLayout.getState();
      set({ drag: drag === 'select' ? 'pan' : 'select' });
    },
  },
];

const walking: readonly Canvas[] = (['left', 'right', 'up', 'down'] as const).flatMap(
  (direction): readonly Canvas[] => {
    const key = `Arrow${direction[0]?.toUpperCase()}${direction.slice(1)}`;
    const way = { left: { x: -1, y: 0 }, right: { x: 1, y: 0 }, up: { x: 0, y: -1 }, down: { x: 0, y: 1 } }[direction];
    const by = (pixels: number): Point => ({ x: way.x * pixels, y: way.y * pixels });
    return [
      {
        id: `walk-${direction}`,
        title: `Go to the node ${direction === 'up' ? 'above' : direction === 'down' ? 'below' : `to the ${direction}`}`,
        group: 'View',
        keys: [key],
        unavailable: hasFile,
        run: () => walk(direction),
      },
      {
        id: `move-${direction}`,
        title: `Move ${direction}`,
        group: 'Edit',
        keys: [`Alt+${key}`],
        unavailable: hasSelection,
        run: () => nudge(by(8)),
      },
      {
        id: `move-${direction}-finely`,
        title: `Move ${direction} by one pixel`,
        group: 'Edit',
        keys: [`Shift+Alt+${key}`],
        unavailable: hasSelection,
        run: () => nudge(by(1)),
      },
    ];
  },
);

const selecting: readonly Canvas[] = [
  {
    id: 'select-before',
    title: 'Select all that comes before',
    group: 'Edit',
    keys: ['Shift+ArrowLeft'],
    unavailable: hasNodes,
    run: () => selectReachable('before'),
  },
  {
    id: 'select-after',
    title: 'Select all that comes after',
    group: 'Edit',
    keys: ['Shift+ArrowRight'],
    unavailable: hasNodes,
    run: () => selectReachable('after'),
  },
  {
    id: 'select-none',
    title: 'Select nothing',
    group: 'Edit',
    keys: ['Escape'],
    run: () => {
      if (useCanvas.getState().isFinding) useCanvas.setState({ isFinding: false });
      else useDocument.getState().select([]);
    },
  },
];

const everywhere: readonly Command[] = [
  {
    id: 'find',
    title: 'Find in the workflow',
    group: 'View',
    keys: ['Mod+F'],
    icon: Search,
    unavailable: hasFile,
    run: () => useCanvas.setState({ isFinding: true }),
  },
  {
    id: 'next-finding',
    title: 'Next finding',
    group: 'View',
    keys: ['F8'],
    unavailable: hasFindings,
    run: () => goToFinding(1),
  },
  {
    id: 'previous-finding',
    title: 'Previous finding',
    group: 'View',
    keys: ['Shift+F8'],
    unavailable: hasFindings,
    run: () => goToFinding(-1),
  },
  { id: 'focus-canvas', title: 'Go to the canvas', group: 'View', keys: ['F6'], run: focusCanvas },
];

function hasFindings(): string | undefined {
  const document = current();
  if (document === undefined) return noFile;
  return (document.compiled?.diagnostics.length ?? 0) === 0 ? 'Nothing was found: the workflow is sound.' : undefined;
}

function beginNaming(what: 'name' | 'id'): void {
  const isInOutline = document.querySelector('[data-canvas="outline"]:focus-within') !== null;
  if (isInOutline) useCanvas.setState({ editing: { id: oneNode(), what, in: 'outline' } });
  else beginWriting(oneNode(), what);
}

function openSelected(): void {
  const document = current();
  const note = document && selected(document).notes[0];
  if (note !== undefined) {
    beginWriting(note.id, 'text');
    return;
  }
  useLayout.getState().set({ isPropertiesOpen: true });
  // Once the properties are drawn.
  requestAnimationFrame(() =>
    globalThis.document
      .querySelector<HTMLElement>('aside[aria-label="Properties"]')
      ?.querySelector<HTMLElement>('input, textarea, select, [contenteditable="true"], button')
      ?.focus(),
  );
}

/** Everything that can be done on the canvas; gives the function that takes it away again. */
export function addCanvasCommands(): () => void {
  const onCanvas = [...adding, ...editing, ...looking, ...walking, ...selecting].map((command): Command => ({
    ...command,
    scope: 'canvas',
  }));
  return addCommands([...onCanvas, ...everywhere]);
}
