/** Puts the focus where the keys of the canvas are heard. */
export function focusCanvas(): void {
  document.querySelector<HTMLElement>('[data-canvas="flow"]')?.focus({ preventScroll: true });
}
