import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

import { systemCode } from '../../../host/errors.ts';

/** Where a path below a folder leads; for what does not exist yet, where it would. Undefined for a link that leads nowhere. */
export async function realTarget(place: string, root: string): Promise<string | undefined> {
  if (place === root || !place.startsWith(root + sep)) return place;
  try {
    return await realpath(place);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') return undefined;
  }
  const isLink = await lstat(place).then(
    () => true,
    () => false,
  );
  if (isLink) return undefined;
  const folder = await realTarget(dirname(place), root);
  return folder === undefined ? undefined : join(folder, basename(place));
}
