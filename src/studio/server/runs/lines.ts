import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Gives each line of a pipe as it comes; resolves when the pipe has closed. Lines end with LF alone. */
export async function linesOf(pipe: Readable, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  pipe.on('data', (bytes: Buffer) => {
    const lines = (rest + decoder.write(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine(line);
  });
  await new Promise<void>((resolve) => void pipe.once('close', resolve));
}
