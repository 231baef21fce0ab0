import * as z from 'zod';

// What the page's content security policy asks of libraries; imported before any of them is used.

/** Functions made from text are forbidden here, and zod would try. */
z.config({ jitless: true });

/** Where style elements get their nonce from when a library adds one, as the scroll lock of dialogs does. Source: npm, get-nonce */
if (typeof document !== 'undefined') {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content;
  Object.assign(globalThis, { __webpack_nonce__: nonce });
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): unknown };
}

const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const scripts = trustedTypes?.createPolicy('catalyst', {
  createScriptURL: (url) => {
    if (new URL(url, location.href).origin === location.origin) return url;
    throw new TypeError(`${url} is not a script of this page.`);
  },
});

/**
 * Starts a worker of this page.
 * @param url what an import with `?worker&url` gives
 */
export function startWorker(url: string): Worker {
  return new Worker((scripts?.createScriptURL(url) ?? url) as string, { type: 'module' });
}
