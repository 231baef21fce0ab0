import { useDocument } from '../document/documentStore.ts';
import { isTyping } from '../commands/keys.ts';
import { useCanvas } from './canvasStore.ts';
import { readingOf } from './reading.ts';

const holdMs = 180;

/** Shows who reads whom while Alt is held by itself; gives the function that ends it. */
export function startReading(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    clearTimeout(timer);
    if (useCanvas.getState().reading !== undefined) useCanvas.setState({ reading: undefined });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const isAlone = event.key === 'Alt' && !event.ctrlKey && !event.shiftKey && !event.metaKey;
    if (!isAlone || (event.target instanceof Element && isTyping(event.target))) return end();
    const { current } = useDocument.getState();
    if (current === undefined || current.selection.size === 0) return undefined;
    // Alt alone opens the menu bar of some browsers.
    event.preventDefault();
    if (event.repeat) return undefined;
    timer = setTimeout(() => useCanvas.setState({ reading: readingOf(current.drawing, current.selection) }), holdMs);
    return undefined;
  };
  addEventListener('keydown', onKeyDown);
  addEventListener('keyup', end);
  addEventListener('blur', end);
  return () => {
    end();
    removeEventListener('keydown', onKeyDown);
    removeEventListener('keyup', end);
    removeEventListener('blur', end);
  };
}
