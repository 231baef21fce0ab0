/** Where a key is heard: everywhere, or only while the canvas has the focus, so that typing in a field stays typing. */
export type Scope = 'page' | 'canvas';

/** Something that a person can do. One table of these makes keys, menus, the palette and the sheet of keys. */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: 'Add' | 'Edit' | 'View' | 'Run' | 'File' | 'Help';
  /**
   * Keys as `Mod+Shift+Z`, `F2`, `Delete`: Mod is Ctrl, on a Mac Cmd; a letter or sign is what is typed (`?`), with Mod, Alt or Shift the
   * key that bears it.
   */
  readonly keys?: readonly string[];
  readonly scope?: Scope;
  /** The browser itself hears the keys, as an event of its own (copy, cut, paste). */
  readonly isNative?: boolean;
  /** A lucide icon. */
  readonly icon?: React.ComponentType<{ readonly size?: number }>;
  /** Undefined: it can always be done; else why it cannot be done now. */
  readonly unavailable?: () => string | undefined;
  readonly run: () => void | Promise<void>;
}
