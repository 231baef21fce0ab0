// Put into the page by tests that do very many gestures: real keys, which other tests press, wait for a frame each.
globalThis.hand = {
  /** Presses keys such as `Control+z`, one after the other. */
  async press(combinations) {
    for (const combination of combinations) {
      const parts = combination.split('+');
      const key = parts.at(-1);
      const has = (modifier) => parts.slice(0, -1).includes(modifier);
      const code = /^[a-z]$/.test(key) ? `Key${key.toUpperCase()}` : /^\d$/.test(key) ? `Digit${key}` : key;
      const modifiers = { ctrlKey: has('Control'), shiftKey: has('Shift'), altKey: has('Alt') };
      for (const type of ['keydown', 'keyup'])
        this.focused().dispatchEvent(
          new KeyboardEvent(type, { key, code, ...modifiers, bubbles: true, cancelable: true }),
        );
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  },

  focused: () => document.activeElement ?? document.body,

  type: (text) => document.execCommand('insertText', false, text),

  /** What a browser does with Ctrl+C, X and V: asks the page what is copied, or tells it what is pasted. */
  clipboard(type, text) {
    const clipboardData = new DataTransfer();
    if (type === 'paste') clipboardData.setData('text/plain', text ?? this.copied ?? '');
    this.focused().dispatchEvent(new ClipboardEvent(type, { clipboardData, bubbles: true, cancelable: true }));
    if (type !== 'paste') this.copied = clipboardData.getData('text/plain');
  },

  /** Where the elements are that are wholly seen. */
  boxes: (selector) =>
    [...document.querySelectorAll(selector)]
      .map((element) => element.getBoundingClientRect())
      .filter(({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight)
      .map(({ x, y, width, height }) => ({ x, y, width, height }))
      .filter(({ width }) => width > 0),

  drawn: () => ({
    ids: [...document.querySelectorAll('.react-flow__node')].map(({ dataset }) => dataset.id),
    edges: document.querySelectorAll('.react-flow__edge').length,
  }),

  canUndo: () => document.querySelector('header button[aria-label="Undo"]')?.disabled === false,
};
