import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Context } from 'hono';

import { contentSecurityPolicy, createNonce } from './securityHeaders.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** How a file of the page may be packed, by what its name then ends with. */
const packings = [
  { ending: '.br', encoding: 'br', unpack: brotliDecompressSync },
  { ending: '.gz', encoding: 'gzip', unpack: gunzipSync },
] as const;

/** The built page: its files by the paths that they are asked for under. No path from outside is looked up on the disk. */
export class PageFiles {
  readonly #folder: string;
  #files: ReadonlySet<string> = new Set();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The page itself, with a nonce of its own for its styles. */
  async page(context: Context): Promise<Response> {
    const index = join(this.#folder, 'index.html');
    if (!existsSync(index)) return context.text('The page of the Studio has not been built. Run: npm run studio', 503);
    const nonce = createNonce();
    const html = await readFile(index, 'utf8');
    return context.html(html.replace('<head>', `<head>\n    <meta name="csp-nonce" content="${nonce}" />`), 200, {
      'Content-Security-Policy': contentSecurityPolicy(nonce),
    });
  }

  /** A file beside the page. What was built compressed is sent so to whoever takes it, which browsers do. */
  async file(context: Context): Promise<Response> {
    const { path } = context.req;
    // After a new build there are others.
    if (!this.#has(path)) this.#files = filesBelow(this.#folder);
    const type = mediaTypes[extname(path)];
    if (!this.#has(path) || type === undefined) return context.notFound();
    const packing = this.#packingOf(path);
    const bytes = await readFile(join(this.#folder, `${path}${packing?.ending ?? ''}`));
    const sent =
      packing && accepts(context.req.header('Accept-Encoding') ?? '', packing.encoding) ? packing : undefined;
    return context.body(sent === undefined && packing !== undefined ? packing.unpack(bytes) : bytes, 200, {
      'Content-Type': type,
      // Names in assets/ change with their content.
      'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(sent !== undefined && { 'Content-Encoding': sent.encoding }),
    });
  }

  #has(path: string): boolean {
    return this.#files.has(path) || this.#packingOf(path) !== undefined;
  }

  #packingOf(path: string): (typeof packings)[number] | undefined {
    return packings.find(({ ending }) => this.#files.has(`${path}${ending}`));
  }
}

function filesBelow(folder: string): ReadonlySet<string> {
  if (!existsSync(folder)) return new Set();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Set(names.map((name) => `/${name.replaceAll(sep, '/')}`));
}

function accepts(header: string, encoding: string): boolean {
  return header.split(',').some((part) => {
    const [name = '', weight = ''] = part.split(';');
    return name.trim() === encoding && !/q=0(\.0*)?\s*$/.test(weight);
  });
}
