import { create } from 'zustand';

import { readDrawing, type Drawing, type EditResult } from '../../../core/workflow/edits/index.ts';
import type { Edition, OpenedFile, StoredText } from '../../protocol/index.ts';
import type { CompileAnswer } from './compilerProtocol.ts';
import { readJournal } from './journal.ts';
import { pushed, redone, stepBetween, undone, type Step } from './steps.ts';

export type SaveState =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  /** The server cannot be reached; what was drawn is kept and saved later. */
  | { readonly kind: 'offline' }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined }
  /** Another version lies on disk, and neither is to be lost. */
  | { readonly kind: 'conflict'; readonly stored: StoredText };

/** A text on its way to the disk. */
export interface Sent {
  readonly text: string;
  readonly edition: Edition;
}

/** A workflow file that is being edited. */
export interface OpenDocument {
  readonly file: string;
  readonly path: string;
  readonly isWritable: boolean;
  readonly text: string;
  /** What the canvas shows: of the last text that could be read. */
  readonly drawing: Drawing;
  /** False while the text is no JSON that could be drawn. */
  readonly isReadable: boolean;
  /** The text that lies on disk, as far as we know, and its hash. */
  readonly stored: StoredText;
  /** Which state of the text this is, so that it is known again. */
  readonly edition: Edition;
  /** The last text that was sent and not answered, made from `stored`: it may lie on disk by now. */
  readonly sent: Sent | undefined;
  /** The files that the workflow names, by path; as they are edited here, saved or not. */
  readonly sources: ReadonlyMap<string, StoredText>;
  readonly undo: readonly Step[];
  readonly redo: readonly Step[];
  /** Ids of nodes and notes. */
  readonly selection: ReadonlySet<string>;
  /** The index of the selected edge in the file. */
  readonly selectedEdge: number | undefined;
  readonly save: SaveState;
  /** What was found out about the last text that was compiled. */
  readonly compiled: (CompileAnswer & { readonly text: string }) | undefined;
}

interface ChangeOptions {
  /** Changes with the same key, one right after the other, are one step. */
  readonly mergeKey?: string;
  /** They are one step however much time lies between them. */
  readonly isOneGesture?: boolean;
  /** What is selected stays so, whatever the gesture would select. */
  readonly keepsSelection?: boolean;
  /**
   * What lies on disk by now, and the text was made from. Both become known at once: a save between the two would write the text
   * before over it.
   */
  readonly stored?: StoredText;
}

interface DocumentState {
  readonly current: OpenDocument | undefined;
  /** Other files that were open, with their steps. */
  readonly others: ReadonlyMap<string, OpenDocument>;
  /** Why the last gesture was refused, until the next one. */
  readonly refusal: { readonly reason: string; readonly at: number } | undefined;

  readonly open: (file: OpenedFile) => void;
  readonly close: (file: string) => void;
  /** Does what a gesture gave, as one step that can be undone; shows the reason of one that was refused. */
  readonly apply: (result: EditResult, options?: ChangeOptions) => boolean;
  /** Puts another text in the place of the whole, as one step. */
  readonly setText: (text: string, title: string, options?: ChangeOptions) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly select: (ids: Iterable<string>, edge?: number) => void;
  readonly refuse: (reason: string) => void;
  readonly update: (file: string, change: Partial<OpenDocument>) => void;
}

const mostSteps = 1_000;
const thisPage = `${Date.now()}-${Math.random()}`;
let lastEdition = 0;
const emptyDrawing: Drawing = { name: '', description: '', nodes: [], edges: [], notes: [] };

export const useDocument = create<DocumentState>()((set, get) => {
  const changeCurrent = (change: (document: OpenDocument) => Partial<OpenDocument>): void => {
    const { current } = get();
    if (current !== undefined) set({ current: { ...current, ...change(current) } });
  };
  const replaceText = (
    text: string,
    title: string,
    selected: readonly string[] | undefined,
    { mergeKey, isOneGesture = false, keepsSelection = false, stored }: ChangeOptions,
  ): void => {
    changeCurrent((document) => {
      const wanted = keepsSelection ? undefined : selected;
      const known = stored !== undefined && ({ stored, sent: undefined, save: { kind: 'saved' } } as const);
      if (text === document.text)
        return { ...known, ...(wanted !== undefined && { selection: new Set(wanted), selectedEdge: undefined }) };
      const drawn = drawingOf(text, document.drawing);
      const selection = stillThere(wanted ?? document.selection, drawn.drawing);
      const selectedEdge = keepsSelection ? document.selectedEdge : undefined;
      const step = stepBetween(document.text, text, {
        title,
        mergeKey,
        at: Date.now(),
        selectedBefore: [...document.selection],
        selectedAfter: [...selection],
      });
      const undo = pushed(document.undo, step, text, isOneGesture).slice(-mostSteps);
      return { text, edition: nextEdition(), ...drawn, undo, redo: [], selection, selectedEdge, ...known };
    });
  };
  return {
    current: undefined,
    others: new Map(),
    refusal: undefined,

    open(opened) {
      const { current, others } = get();
      const kept = new Map(others);
      if (current !== undefined) kept.set(current.file, current);
      const known = kept.get(opened.id);
      kept.delete(opened.id);
      const hash = opened.hash;
      const sources = new Map(Object.entries(opened.sources));
      // A file that was open before goes on with its steps, unless it was changed meanwhile; what is not saved is never dropped.
      const goesOn = known !== undefined && (known.stored.hash === hash || known.text !== known.stored.text);
      const next = goesOn ? { ...known, sources } : documentOf(opened, sources);
      set({ current: next, others: kept, refusal: undefined });
    },
    close(file) {
      const { current, others } = get();
      const kept = new Map(others);
      kept.delete(file);
      set({ others: kept, ...(current?.file === file && { current: undefined }) });
    },
    apply(result, options = {}) {
      if (!result.ok) {
        get().refuse(result.reason);
        return false;
      }
      if (get().refusal !== undefined) set({ refusal: undefined });
      replaceText(result.text, result.title, result.selected, options);
      return true;
    },
    setText(text, title, options = {}) {
      replaceText(text, title, undefined, options);
    },
    undo() {
      changeCurrent((document) => {
        const step = document.undo.at(-1);
        if (step === undefined) return {};
        const text = undone(document.text, step);
        const drawn = drawingOf(text, document.drawing);
        const selection = stillThere(step.selectedBefore, drawn.drawing);
        const undo = document.undo.slice(0, -1);
        const redo = [...document.redo, step];
        return { text, edition: nextEdition(), ...drawn, undo, redo, selection, selectedEdge: undefined };
      });
    },
    redo() {
      changeCurrent((document) => {
        const step = document.redo.at(-1);
        if (step === undefined) return {};
        const text = redone(document.text, step);
        const drawn = drawingOf(text, document.drawing);
        const selection = stillThere(step.selectedAfter, drawn.drawing);
        const redo = document.redo.slice(0, -1);
        const undo = [...document.undo, step];
        return { text, edition: nextEdition(), ...drawn, undo, redo, selection, selectedEdge: undefined };
      });
    },
    select(ids, edge) {
      changeCurrent(() => ({ selection: new Set(ids), selectedEdge: edge }));
    },
    refuse(reason) {
      set({ refusal: { reason, at: Date.now() } });
    },
    update(file, change) {
      const { current, others } = get();
      if (current?.file === file) set({ current: { ...current, ...change } });
      const other = others.get(file);
      if (other !== undefined) set({ others: new Map(others).set(file, { ...other, ...change }) });
    },
  };
});

/** A file as it was opened, with the steps that an earlier visit of this page took, and with what that could not save. */
function documentOf(
  { id, path, isWritable, text, hash, wasSaved }: OpenedFile,
  sources: OpenDocument['sources'],
): OpenDocument {
  const journal = readJournal(path);
  // A browser that was killed may remember what was saved, and gone on from, long ago.
  const unsaved = wasSaved ? undefined : journal?.unsaved;
  // A text that was on its way when the page went may have arrived; what was not saved is shown also where something outside has
  // written meanwhile: saving it merges the two, or asks.
  const goesOn = journal !== undefined && (journal.base === hash || unsaved !== undefined);
  const isOwn = text === unsaved?.text || text === unsaved?.sent?.text;
  const isBehind = journal?.base !== hash && unsaved !== undefined && !isOwn;
  const shown = unsaved?.text ?? text;
  return {
    file: id,
    path,
    isWritable,
    text: shown,
    ...drawingOf(shown, emptyDrawing),
    stored: isBehind ? { text: unsaved.base, hash: journal?.base ?? '' } : { text, hash },
    // It may still arrive.
    sent: isBehind || text === unsaved?.sent?.text ? undefined : unsaved?.sent,
    edition: unsaved?.edition ?? nextEdition(),
    sources,
    undo: goesOn ? journal.undo : [],
    redo: goesOn ? journal.redo : [],
    selection: new Set(),
    selectedEdge: undefined,
    save: { kind: 'saved' },
    compiled: undefined,
  };
}

function nextEdition(): Edition {
  lastEdition += 1;
  return { by: thisPage, count: lastEdition };
}

/** A text that cannot be read leaves the last drawing where it is. */
function drawingOf(text: string, before: Drawing): Pick<OpenDocument, 'drawing' | 'isReadable'> {
  const drawing = readDrawing(text, before);
  return { drawing: drawing ?? before, isReadable: drawing !== undefined };
}

/** The same set when all of it is there. */
function stillThere(ids: Iterable<string>, { nodes, notes }: Drawing): ReadonlySet<string> {
  const known = new Set([...nodes, ...notes].map(({ id }) => id));
  const left = [...ids].filter((id) => known.has(id));
  return ids instanceof Set && ids.size === left.length ? ids : new Set(left);
}
