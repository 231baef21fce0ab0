import * as z from 'zod';

import type { GeneratedFile } from '../../../core/codegen/python/index.ts';
import type { NodeLines } from './compilerProtocol.ts';

const sourceMapSchema = z.object({
  pieces: z.array(z.object({ lines: z.int(), node: z.string().optional() })),
});

/** Which lines of a project's workflow modules are which node's, by the maps that come with them. */
export function linesOfNodes(files: readonly GeneratedFile[]): readonly NodeLines[] {
  return files
    .filter(({ path }) => path.endsWith('.map.json'))
    .flatMap(({ path, content }) => {
      const file = path.replace(/\.map\.json$/, '.py');
      const found: NodeLines[] = [];
      let line = 1;
      for (const { lines, node } of sourceMapSchema.parse(JSON.parse(content)).pieces) {
        if (node !== undefined) found.push({ file, node, start: line, end: line + lines - 1 });
        line += lines;
      }
      return found;
    });
}
