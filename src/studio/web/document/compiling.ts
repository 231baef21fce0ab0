import { compiler } from './compiler.ts';
import type { CompileAnswer } from './compilerProtocol.ts';
import { useDocument, type OpenDocument } from './documentStore.ts';

/** What browsers' tools and our measurements find the time from a change to its findings under. */
export const findingsMeasure = 'catalyst: change to findings';

/** By file, the sources that it was last compiled with. */
const compiledSources = new Map<string, OpenDocument['sources']>();

/** What the compiler was asked, and what it answered, once it has. */
interface Asked {
  readonly of: OpenDocument;
  readonly answer: Promise<CompileAnswer>;
  answered: CompileAnswer | undefined;
}

let isBusy = false;
/** The text that the open file is about to have. */
let ahead: Asked | undefined;

/**
 * Compiles a text that the open file is about to have, while the page still draws what was typed: its findings are there with
 * the text, or soon after it. One at a time, and only while nothing else is compiled.
 */
export function compileAhead(text: string): void {
  const { current } = useDocument.getState();
  const isWaiting = ahead !== undefined && ahead.answered === undefined;
  if (current !== undefined && text !== current.text && !isBusy && !isWaiting) ahead = ask({ ...current, text });
}

/** Compiles the open file whenever its text, or one that it names, is another; the newest text only. */
export function startCompiling(): () => void {
  let changed = { text: '', at: 0 };
  const compileLatest = async (): Promise<void> => {
    const text = useDocument.getState().current?.text;
    if (text !== undefined && text !== changed.text) changed = { text, at: performance.now() };
    if (isBusy) return;
    isBusy = true;
    try {
      for (let next = toCompile(); next !== undefined; next = toCompile()) {
        const asked = takeAhead(next) ?? ask(next);
        const answer = asked.answered ?? (await asked.answer);
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

/** What was asked ahead, where it was of just this. */
function takeAhead({ file, text, sources }: OpenDocument): Asked | undefined {
  const asked = ahead;
  ahead = undefined;
  const isSame = asked?.of.file === file && asked.of.text === text && asked.of.sources === sources;
  return isSame ? asked : undefined;
}

function ask(of: OpenDocument): Asked {
  const asked: Asked = { of, answer: compile(of), answered: undefined };
  void asked.answer.then((answer) => (asked.answered = answer));
  return asked;
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
