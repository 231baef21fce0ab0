import { useEffect, useRef, type RefObject } from 'react';

interface Written<Field> {
  readonly field: RefObject<Field | null>;
  /** Ends the writing once, however often it is called. */
  readonly end: (keeps: boolean) => void;
}

/**
 * A field in the place of what it writes, which has the focus and everything in it chosen. One that is taken from the page without a
 * word, as when it is scrolled out of sight or the page goes, keeps what was written.
 * @param isThere whether what is written still is
 * @param onEnd told once: whether to keep the text
 */
export function useWrittenInPlace<Field extends HTMLInputElement | HTMLTextAreaElement>(
  isThere: () => boolean,
  onEnd: (keeps: boolean, text: string) => void,
): Written<Field> {
  const field = useRef<Field>(null);
  const isOver = useRef(false);
  const endWith = (keeps: boolean, text: string): void => {
    if (isOver.current) return;
    isOver.current = true;
    onEnd(keeps, text);
  };
  useEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.select();
    const endLast = (): void => endWith(true, element?.value ?? '');
    addEventListener('pagehide', endLast);
    return () => {
      removeEventListener('pagehide', endLast);
      if (element?.isConnected === false) endWith(isThere(), element.value);
    };
  }, []);
  return { field, end: (keeps) => endWith(keeps, field.current?.value ?? '') };
}
