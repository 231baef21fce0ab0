import * as z from 'zod';

import { pinSchema, type Pin } from '../../protocol/index.ts';
import type { Database } from './collection.ts';
import { FileEntries } from './fileEntries.ts';

/** The pins of each workflow file. */
export function pinStore(database: Database): FileEntries<Pin[]> {
  return new FileEntries(database, 'pins', z.array(pinSchema), []);
}
