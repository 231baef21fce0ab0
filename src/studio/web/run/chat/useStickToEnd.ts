import { useEffect, useRef, type RefObject } from 'react';

const nearEndPixels = 48;

/** Keeps the end of what scrolls in sight while it grows, unless somebody has scrolled away from it. */
export function useStickToEnd(): {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
} {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [outer, inner] = [scroller.current, content.current];
    if (outer === null || inner === null) return undefined;
    let isAtEnd = true;
    const onScroll = (): void => {
      isAtEnd = outer.scrollHeight - outer.scrollTop - outer.clientHeight < nearEndPixels;
    };
    const observer = new ResizeObserver(() => {
      if (isAtEnd) outer.scrollTop = outer.scrollHeight;
    });
    observer.observe(inner);
    outer.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener('scroll', onScroll);
    };
  }, []);
  return { scroller, content };
}
