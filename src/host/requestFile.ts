import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import type { RequestFile } from '../core/workflow/nodes/requestBody.ts';
import { UsageError } from './errors.ts';

/** What files are by the ends of their names: those that workflows are likely to be sent. */
const types: Readonly<Record<string, string>> = {
  '.csv': 'text/csv',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.json': 'application/json',
  '.md': 'text/markdown',
  '.mp3': 'audio/mpeg',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.wav': 'audio/wav',
  '.webp': 'image/webp',
};

/** A file of this machine as inputs hold it. Throws a UsageError where there is none, or it is larger than may be sent. */
export async function requestFile(path: string, { name, maxBytes, contentTypes }: RequestFile): Promise<object> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) throw new UsageError(`${name}: there is no file ${path}.`, `Such as ${name}=@file.txt`);
  if (found.size > maxBytes)
    throw new UsageError(
      `${name}: ${path} has ${found.size} bytes; the endpoint takes ${maxBytes}.`,
      'Take a smaller one, or raise maxBytes of the file at the endpoint.',
    );
  const wanted = contentTypes.find((each) => !each.includes('*')) ?? 'application/octet-stream';
  const type = types[extname(path).toLowerCase()] ?? wanted;
  return { name: basename(path), type, size: found.size, base64: (await readFile(path)).toString('base64') };
}
