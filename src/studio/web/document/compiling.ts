import { compiler } from './compiler.ts';
import { useDocument, type OpenDocument } from './documentStore.ts';

/** Compiles the open file whenever its text, or one that it names, is another; the newest text only. */
export function startCompiling(): () => void {
  let isBusy = false;
  const compileLatest = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = toCompile(); next !== undefined; next = toCompile()) {
        const { text, sources, path, file } = next;
        const texts = new Map([...sources].map(([name, stored]) => [name, stored.text]));
        const answer = await compiler().compile({ text, sources: texts, name: path.split('/').at(-1) ?? path });
        compiledSources.set(file, sources);
        useDocument.getState().update(file, { compiled: { ...answer, text } });
      }
    } finally {
      isBusy = false;
    }
  };
  void compileLatest();
  return useDocument.subscribe(() => void compileLatest());
}

/** By file, the sources that it was last compiled with. */
const compiledSources = new Map<string, OpenDocument['sources']>();

function toCompile(): OpenDocument | undefined {
  const { current } = useDocument.getState();
  if (current === undefined) return undefined;
  const isDone = current.compiled?.text === current.text && compiledSources.get(current.file) === current.sources;
  return isDone ? undefined : current;
}
