const blockLength = 400;

/**
 * A text in blocks of whole lines, which are laid out each by itself: while it grows, a token concerns the last block and no
 * other. Joined, they are the text.
 */
export function textBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf('\n', start + blockLength);
    const end = lineEnd === -1 ? text.length : lineEnd + 1;
    blocks.push(text.slice(start, end));
    start = end;
  }
  return blocks;
}
