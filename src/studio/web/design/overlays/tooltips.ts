import { useOverlays } from './overlayStore.ts';

export const tooltipId = 'tooltip';
const restMs = 350;
/** From one thing to the next the wait is over. */
const skipMs = 150;
/** The way from a thing to its tooltip, which can be pointed at too. */
const leaveMs = 120;

/** Shows the tooltip of what the pointer rests on or what has the focus, until the function that it gives is called. */
export function startTooltips(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let awaited: HTMLElement | undefined;
  let hiddenAt = -Infinity;
  const isShown = (): boolean => useOverlays.getState().tip !== undefined;
  const wait = (ms: number, act: () => void): void => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  const hide = (): void => {
    clearTimeout(timer);
    if (!isShown()) return;
    hiddenAt = performance.now();
    useOverlays.setState({ tip: undefined });
  };
  const show = (anchor: HTMLElement): void => {
    const { tip: label, tipKeys: keys, tipSide: side } = anchor.dataset;
    if (!anchor.isConnected || label === undefined) return;
    useOverlays.setState({ tip: { anchor, label, keys, side: isSide(side) ? side : 'bottom' } });
  };
  const onPointerOver = ({ target, pointerType }: PointerEvent): void => {
    if (pointerType === 'touch' || !(target instanceof Element)) return;
    const anchor = target.closest<HTMLElement>('[data-tip]') ?? undefined;
    if (target.closest(`#${tooltipId}`) !== null) clearTimeout(timer);
    else if (anchor === undefined) {
      awaited = undefined;
      wait(leaveMs, hide);
    } else if (anchor !== awaited) {
      awaited = anchor;
      wait(isShown() || performance.now() - hiddenAt < skipMs ? 0 : restMs, () => show(anchor));
    }
  };
  const onFocusIn = ({ target }: FocusEvent): void => {
    const anchor = target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
    if (anchor !== null && anchor === target && anchor.matches(':focus-visible')) show(anchor);
  };
  const events = { pointerdown: hide, focusout: hide, scroll: hide, keydown: hide } as const;
  document.addEventListener('pointerover', onPointerOver);
  document.addEventListener('focusin', onFocusIn);
  for (const [type, act] of Object.entries(events)) document.addEventListener(type, act, { capture: true });
  return () => {
    clearTimeout(timer);
    document.removeEventListener('pointerover', onPointerOver);
    document.removeEventListener('focusin', onFocusIn);
    for (const [type, act] of Object.entries(events)) document.removeEventListener(type, act, { capture: true });
  };
}

const sides = ['top', 'right', 'bottom', 'left'] as const;

function isSide(text: string | undefined): text is (typeof sides)[number] {
  return sides.some((side) => side === text);
}
