import { randomBytes } from 'node:crypto';
import { createMiddleware } from 'hono/factory';

/** Everything that a page could want of the machine, refused; only the clipboard is for copying nodes. */
const permissions = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'hid',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
].map((name) => `${name}=()`);

/** The page runs its own scripts and no others, asks this server and no other, and stands in no frame. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    // React Flow sets styles through the CSSOM, which needs no leave; CodeMirror adds a <style> with this nonce.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    // The page makes one kind of trusted value: the address of its worker.
    "require-trusted-types-for 'script'",
    'trusted-types catalyst',
  ].join('; ');
}

/** A nonce for the styles of one load of the page. */
export function createNonce(): string {
  return randomBytes(16).toString('base64');
}

/** Sets what every answer carries, refusals too. */
export const securityHeaders = createMiddleware(async (context, next) => {
  await next();
  const { headers } = context.res;
  if (!headers.has('Content-Security-Policy'))
    headers.set('Content-Security-Policy', contentSecurityPolicy(createNonce()));
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('X-Frame-Options', 'DENY');
  headers.set('Referrer-Policy', 'no-referrer');
  headers.set('Permissions-Policy', permissions.join(', '));
});
