import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import type { RecordedRunFile } from '../../../core/workflow/index.ts';
import { writeAtomically } from '../../../host/atomicFile.ts';
import { HostError } from '../../../host/errors.ts';
import { recordedRunFolder } from '../../../host/recordedRunFiles.ts';
import { PlacesBelow } from '../../../host/safePath.ts';
import { RefusedRequest } from '../handlers.ts';

/** As large as a file may be that a workflow is made of. */
const mostBytes = 1_000_000;

/** Writes a test beside a workflow file, under a name that is free; gives its path from the workflow's folder. */
export function writeTestFile(workflowPath: string, name: string, test: RecordedRunFile): string {
  const text = `${JSON.stringify(test, null, 2)}\n`;
  if (Buffer.byteLength(text) > mostBytes)
    throw new RefusedRequest(422, { code: 'cannot_test', message: 'The run is too large for a file of tests.' });
  const places = new PlacesBelow(dirname(workflowPath));
  const plain = plainName(name);
  try {
    for (let count = 1; ; count += 1) {
      const path = `${recordedRunFolder}/${count === 1 ? plain : `${plain}-${count}`}.run.json`;
      const place = places.of(path);
      if (existsSync(place)) continue;
      writeAtomically(place, text);
      return path;
    }
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    throw new RefusedRequest(403, { code: error.code, message: error.message, hint: error.hint });
  }
}

function plainName(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? ['run']).join('-').slice(0, 60).replace(/-$/, '');
}
