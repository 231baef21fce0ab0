import { compiler } from './compiler.ts';
import type { CompileAnswer } from './compilerProtocol.ts';
import { useDocument, type OpenDocument } from './documentStore.ts';

/** What browsers' tools and our measurements find the time from a change to its findings under. */
export const findingsMeasure = 'catalyst: change to findings';

/** By file, the sources that it was last compiled with. */
const compiledSources = new Map<string, OpenDocument['sources']>();

/** Compiles the open file whenever its text, or one that it names, is another; the newest text only. */
export function startCompiling(): () => void {
  let isBusy = false;
  let changed = { text: '', at: 0 };
  const compileLatest = async (): Promise<void> => {
    const text = useDocument.getState().current?.text;
    if (text !== undefined && text !== changed.text) changed = { text, at: performance.now() };
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = toCompile(); next !== undefined; next = toCompile()) {
        const answer = await compile(next);
        compiledSources.set(next.file, next.sources);
        useDocument.getState().update(next.file, { compiled: { ...answer, text: next.text } });
        if (next.text === changed.text) performance.measure(findingsMeasure, { start: changed.at });
      }
    } finally {
      isBusy = false;
    }
  };
  void compileLatest();
  return useDocument.subscribe(() => void compileLatest());
}

async function compile({ text, sources, path, compiled }: OpenDocument): Promise<CompileAnswer> {
  const texts = new Map([...sources].map(([name, stored]) => [name, stored.text]));
  try {
    return await compiler().compile({ text, sources: texts, name: path.split('/').at(-1) ?? path });
  } catch (error) {
    // A fault of the compiler: what was found before stays, and the next change is tried again.
    reportError(error);
    return { diagnostics: [], files: undefined, order: undefined, trigger: undefined, ...compiled };
  }
}

function toCompile(): OpenDocument | undefined {
  const { current } = useDocument.getState();
  if (current === undefined) return undefined;
  const isDone = current.compiled?.text === current.text && compiledSources.get(current.file) === current.sources;
  return isDone ? undefined : current;
}
