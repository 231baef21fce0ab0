import { describe, expect, test } from 'vitest';

import { pageText } from '../../../src/core/workflow/diagnostics/pageText.ts';
import { textBehind } from '../../../src/studio/web/design/spelled.ts';

const text = 'a\u{202e}gnp.\u{200b}exe😀';
const shown = 'a⟨U+202E⟩gnp.⟨U+200B⟩exe😀';

describe('a field in which signs are spelled out', () => {
  test('shows them, and keeps what was not touched', () => {
    expect(pageText(text)).toBe(shown);
    expect(textBehind(text, shown)).toBe(text);
    expect(textBehind(text, `${shown}!`)).toBe(`${text}!`);
    expect(textBehind(text, shown.replace('gnp', 'png'))).toBe(text.replace('gnp', 'png'));
    expect(textBehind(text, shown.replace('😀', '😁'))).toBe(text.replace('😀', '😁'));
    expect(textBehind(text, '')).toBe('');
    expect(textBehind('plain', 'plain text')).toBe('plain text');
  });

  test('takes one out with any part of it', () => {
    const without = 'agnp.\u{200b}exe😀';
    expect(textBehind(text, shown.replace('⟨U+202E⟩', ''))).toBe(without);
    expect(textBehind(text, shown.replace('⟨U+202E⟩', '⟨U+202E'))).toBe(without);
    expect(textBehind(text, shown.replace('⟨U+202E⟩', 'U+202E⟩'))).toBe(without);
  });

  test('never makes one of what looks like it', () => {
    expect(textBehind('a⟨U+202E⟩', 'a⟨U+202E⟩b')).toBe('a⟨U+202E⟩b');
    expect(textBehind('a', 'a⟨U+202E⟩')).toBe('a⟨U+202E⟩');
    expect(textBehind(text, `⟨U+202E⟩${shown}`)).toBe(`⟨U+202E⟩${text}`);
  });
});
