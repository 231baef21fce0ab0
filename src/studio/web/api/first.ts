import { postJson } from './postJson.ts';
import { addressedFile, launchToken } from './token.ts';

/**
 * What a page asks the server first, with the file that it begins with. It is sent before anything else of the page is set up,
 * which takes the browser about as long as the server takes to answer. Whoever awaits it is told when it fails.
 */
export const firstAnswer = postJson('/api/studio', { opens: addressedFile() }, launchToken());
firstAnswer.catch(() => undefined);
