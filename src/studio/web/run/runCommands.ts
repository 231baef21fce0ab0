import { CircleStop, Eraser, FastForward, FlagTriangleRight, Pin, PinOff, Play, RotateCcw } from 'lucide-react';

import type { Command } from '../commands/command.ts';
import { isTyping } from '../commands/keys.ts';
import { addCommands } from '../commands/registry.ts';
import { persistently } from '../design/later.ts';
import { useDocument, type OpenDocument } from '../document/documentStore.ts';
import { isOver, type LiveRun } from './liveRun.ts';
import { isPinnable, notPinnable } from './pinnable.ts';
import { isPinned, pin, pinsOf, setPins, unpin } from './pins.ts';
import { replay, replayWithCurrent } from './replays.ts';
import { wayFor } from './trigger.ts';
import { headersOf, useRequests } from './requestStore.ts';
import { isRunning, showRun, startRun, stopShown, useRuns } from './runStore.ts';

const noFile = 'No workflow is open.';
const noRun = 'There is no run on the canvas. Ctrl+Enter runs the workflow.';
const oneNode = 'Select one node first.';

/** What can be done with runs, for keys, menus and the palette. */
export function addRunCommands(): () => void {
  return addCommands([...running, ...again, ...pinning]);
}

/**
 * Escape stops a run also while a tooltip is open, which would take the key for itself: the one over the button that has just
 * begun the run. What is open over the page, and what is being typed, come first.
 */
export function startStopKey(): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const file = openDocument()?.file;
    if (event.key !== 'Escape' || event.isComposing || file === undefined) return;
    if (!isRunning(useRuns.getState(), file)) return;
    const isElsewhere = event.target instanceof Element && isTyping(event.target);
    if (isElsewhere || document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null) return;
    event.preventDefault();
    stopShown(file);
  };
  addEventListener('keydown', onKeyDown, { capture: true });
  return () => removeEventListener('keydown', onKeyDown, { capture: true });
}

const running: readonly Command[] = [
  {
    id: 'run',
    title: 'Run',
    group: 'Run',
    keys: ['Mod+Enter'],
    icon: Play,
    unavailable: whyNotRun,
    run: async () => {
      await runWithDraft({});
    },
  },
  {
    id: 'stop',
    title: 'Stop the run',
    group: 'Run',
    keys: ['Escape', 'Mod+.'],
    icon: CircleStop,
    unavailable: () => {
      const file = openDocument()?.file;
      return file !== undefined && isRunning(useRuns.getState(), file) ? undefined : 'Nothing is running.';
    },
    run: () => {
      const file = openDocument()?.file;
      if (file !== undefined) stopShown(file);
    },
  },
  {
    id: 'run-to-here',
    title: 'Run to here',
    group: 'Run',
    keys: ['Shift+Enter'],
    scope: 'canvas',
    icon: FlagTriangleRight,
    unavailable: () => whyNotRun() ?? (selectedNode() === undefined ? oneNode : undefined),
    run: async () => {
      const node = selectedNode();
      if (node !== undefined) await runWithDraft({ stopAfter: node });
    },
  },
];

const again: readonly Command[] = [
  {
    id: 'run-from-here',
    title: 'Run from here, with what was before',
    group: 'Run',
    icon: FastForward,
    unavailable: () => whyNotRun() ?? whyNoEndedRun() ?? (selectedNode() === undefined ? oneNode : undefined),
    run: async () => {
      const [run, node] = [shownRun(), selectedNode()];
      if (run === undefined || node === undefined) return;
      const input = run.summary?.input;
      const replayed = { run: run.id, from: node };
      await (input === undefined ? runWithDraft({ replay: replayed }) : startRun({ input, replay: replayed }));
    },
  },
  {
    id: 'replay-run',
    title: 'Replay the run: nobody is asked anew',
    group: 'Run',
    icon: RotateCcw,
    unavailable: () => whyNotRun() ?? whyNoEndedRun(),
    run: async () => {
      const run = shownRun();
      if (run !== undefined) await replay(run.id);
    },
  },
  {
    id: 'replay-run-current',
    title: 'Replay the run with the current prompts',
    group: 'Run',
    icon: RotateCcw,
    unavailable: () => whyNotRun() ?? whyNoEndedRun(),
    run: async () => {
      const run = shownRun();
      if (run !== undefined) await replayWithCurrent(run.id);
    },
  },
  {
    id: 'clear-run',
    title: 'Clear the run from the canvas',
    group: 'Run',
    icon: Eraser,
    unavailable: () => (shownRun() === undefined ? noRun : whyNotRun()),
    run: async () => {
      const file = openDocument()?.file;
      if (file !== undefined) await showRun(file, undefined);
    },
  },
];

const pinning: readonly Command[] = [
  {
    id: 'pin-output',
    title: 'Pin or unpin the output',
    group: 'Run',
    keys: ['P'],
    scope: 'canvas',
    icon: Pin,
    unavailable: whyNotPin,
    run: async () => {
      const [file, node, run] = [openDocument()?.file, selectedNode(), shownRun()];
      if (file === undefined || node === undefined) return;
      const value = run?.nodes.get(node)?.value;
      if (isPinned(file, node)) await unpin(file, node);
      else if (value !== undefined) await pin(file, node, value, run?.id);
    },
  },
  {
    id: 'unpin-all',
    title: 'Unpin all outputs',
    group: 'Run',
    icon: PinOff,
    unavailable: () => (pinsOf(openDocument()?.file).length === 0 ? 'Nothing is pinned.' : undefined),
    run: async () => {
      const file = openDocument()?.file;
      if (file !== undefined) await setPins(file, []);
    },
  },
];

function openDocument(): OpenDocument | undefined {
  return useDocument.getState().current;
}

function shownRun(): LiveRun | undefined {
  const { runs, shown } = useRuns.getState();
  return runs.get(shown.get(openDocument()?.file ?? '') ?? '');
}

function selectedNode(): string | undefined {
  const { selection = new Set<string>(), drawing } = openDocument() ?? {};
  const nodes = drawing?.nodes.filter(({ id }) => selection.has(id)) ?? [];
  return nodes.length === 1 ? nodes[0]?.id : undefined;
}

/** With what the request view has, which is what was sent last. */
async function runWithDraft(more: Pick<Parameters<typeof startRun>[0], 'stopAfter' | 'replay'>): Promise<void> {
  const document = openDocument();
  if (document === undefined) return;
  const { draftOf } = await persistently(async () => import('./requestDrafts.ts'));
  const draft = draftOf(useRequests.getState(), document.file, document.drawing);
  const { input, isStreamed: stream, way } = draft;
  await startRun({ input, headers: headersOf(draft), stream, way: wayFor(document.drawing, way), ...more });
}

function whyNotRun(): string | undefined {
  const document = openDocument();
  if (document === undefined) return noFile;
  if (isRunning(useRuns.getState(), document.file)) return 'A run is going on: Esc stops it.';
  if (useRequests.getState().drafts.get(document.file)?.unreadable !== undefined)
    return 'The request is no JSON yet: see Request.';
  const errors = document.compiled?.text === document.text ? document.compiled.diagnostics : [];
  const first = errors.find(({ severity }) => severity === 'error');
  return first === undefined ? undefined : `It cannot run yet: ${first.message}`;
}

function whyNoEndedRun(): string | undefined {
  const run = shownRun();
  return run === undefined || !isOver(run.state) ? noRun : undefined;
}

function whyNotPin(): string | undefined {
  const [document, node] = [openDocument(), selectedNode()];
  if (document === undefined) return noFile;
  if (node === undefined) return oneNode;
  if (isPinned(document.file, node)) return undefined;
  if (!isPinnable(document.drawing, node)) return notPinnable;
  const ran = shownRun()?.nodes.get(node);
  if (ran?.value === undefined) return 'There is no output to pin: run the workflow first.';
  return ran.isTruncated ? 'This output was too long to be kept whole, so it cannot be pinned.' : undefined;
}
