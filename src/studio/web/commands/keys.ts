import { useDocument } from '../document/documentStore.ts';
import type { Command } from './command.ts';
import { useCommands } from './registry.ts';

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Hears keys for the whole page and runs the command that has them. */
export function startKeys(): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const command = commandFor(event);
    if (command === undefined) return;
    event.preventDefault();
    if (event.repeat && command.group !== 'Edit' && command.group !== 'View') return;
    const why = command.unavailable?.();
    if (why === undefined) void command.run();
    // Escape means many things, also nothing.
    else if (event.key !== 'Escape') useDocument.getState().refuse(why);
  };
  addEventListener('keydown', onKeyDown);
  return () => removeEventListener('keydown', onKeyDown);
}

function commandFor(event: KeyboardEvent): Command | undefined {
  const target = event.target instanceof Element ? event.target : document.body;
  const isInDialog = target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
  const isOnCanvas = target === document.body || target.closest('[data-canvas]') !== null;
  let first: Command | undefined;
  for (const command of useCommands.getState().commands.values()) {
    if (command.isNative === true || !command.keys?.some((keys) => matches(event, keys))) continue;
    if (isInDialog || (command.scope === 'canvas' && !isOnCanvas)) continue;
    // Where nothing has the focus, Tab goes to what comes first on the page.
    if (event.key === 'Tab' && target === document.body) continue;
    // Keys of buttons stay theirs.
    if (event.key === 'Enter' && !hasModifier(event) && target.closest('button, a') !== null) continue;
    // A field has its own undo, its own clipboard and its own letters.
    if (isTyping(target) && (command.scope === 'canvas' || !hasModifier(event))) continue;
    // Several may have a key; the one that can be done now is meant.
    if (command.unavailable?.() === undefined) return command;
    first ??= command;
  }
  return first;
}

function hasModifier({ ctrlKey, metaKey, key }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || /^F\d+$/.test(key);
}

export function isTyping(target: Element): boolean {
  return target.closest('input, textarea, select, [contenteditable="true"]') !== null;
}

/** Whether a key event is what `Mod+Shift+Z` says. */
export function matches(event: KeyboardEvent, keys: string): boolean {
  const parts = keys.split(/\+(?!$)/);
  const key = parts.at(-1) ?? '';
  const wants = new Set(parts.slice(0, -1));
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (mod !== wants.has('Mod') || event.altKey !== wants.has('Alt')) return false;
  if (isMac ? event.ctrlKey : event.metaKey) return false;
  const isSign = key.length === 1 && !/[a-z0-9]/i.test(key);
  // Which signs need Shift hangs on the keyboard.
  if (!isSign && event.shiftKey !== wants.has('Shift')) return false;
  if (event.key.toLowerCase() === key.toLowerCase()) return true;
  // With Shift or Alt a digit or letter types another character; the key is the same.
  return /^[a-z]$/i.test(key)
    ? event.code === `Key${key.toUpperCase()}` && wants.size > 0
    : event.code === `Digit${key}`;
}

const signs: Readonly<Record<string, string>> = isMac
  ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↩', Delete: '⌦', Backspace: '⌫', Escape: 'esc' }
  : { Mod: 'Ctrl', Escape: 'Esc' };
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  ' ': 'Space',
};

/** The keys as they are shown, one cap each. */
export function keyCaps(keys: string): readonly string[] {
  return keys.split(/\+(?!$)/).map((key) => signs[key] ?? arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key));
}
