/** What covers the page and gives the focus back when it goes. */
const over = '[role="dialog"], [role="alertdialog"], [role="menu"]';
/** Where one goes on when what had the focus is gone. */
const places = '[role="tabpanel"], [data-canvas="flow"], aside, main, [role="dialog"]';

/** What had the focus last outside of windows and menus, and all that it lies in, the innermost first. */
let home: readonly Element[] = [];

/**
 * Keeps the focus on the page: what had it and is taken away gives it to the place that it lay in, so that the next key and a
 * screen reader go on from there. Gives what ends it.
 */
export function startFocusHome(): () => void {
  const onFocus = ({ target }: FocusEvent): void => {
    if (target instanceof Element && target.closest(over) === null) home = withAncestors(target);
  };
  const onBlur = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null || !(target instanceof Element)) return;
    const lost = withAncestors(target);
    // What goes is told before it has gone; what a press elsewhere leaves is there still.
    setTimeout(() => {
      if (document.activeElement !== document.body || !document.hasFocus() || target.isConnected) return;
      // A window that goes gives the focus back itself.
      if (!lost.some((element) => !element.isConnected && element.matches(over))) focusPlaceOf(lost);
    }, 0);
  };
  addEventListener('focusin', onFocus);
  addEventListener('focusout', onBlur);
  return () => {
    removeEventListener('focusin', onFocus);
    removeEventListener('focusout', onBlur);
  };
}

/** Gives the focus back to what had it before a window opened that is closed now, or to what it lay in. */
export function focusHome(closed: Element): void {
  const isLost = (): boolean => document.activeElement === document.body || closed.contains(document.activeElement);
  // What closed the window may have put the focus where it is wanted, also into what was opened since.
  if (!isLost()) return;
  const [element] = home;
  if (element instanceof HTMLElement && element.isConnected) element.focus({ preventScroll: true });
  if (isLost()) focusPlaceOf(home);
}

function focusPlaceOf(elements: readonly Element[]): void {
  const place =
    elements.find((element) => element.isConnected && element.matches(places)) ??
    document.querySelector('[data-canvas="flow"]') ??
    document.querySelector('main');
  if (!(place instanceof HTMLElement)) return;
  if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

function withAncestors(element: Element): readonly Element[] {
  const all: Element[] = [];
  for (let each: Element | null = element; each !== null; each = each.parentElement) all.push(each);
  return all;
}
