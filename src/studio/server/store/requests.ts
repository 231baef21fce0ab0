import * as z from 'zod';

import { savedRequestSchema, type SavedRequest } from '../../protocol/index.ts';
import type { Database } from './collection.ts';
import { FileEntries } from './fileEntries.ts';

/** The saved requests of each workflow file. */
export function requestStore(database: Database): FileEntries<SavedRequest[]> {
  return new FileEntries(database, 'requests', z.array(savedRequestSchema), []);
}
