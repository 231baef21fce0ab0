import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import zopfli from '@gfx/zopfli';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

import { registry } from './src/core/workflow/nodes/registry.ts';
import { runtimePath } from './src/studio/protocol/runtimePath.ts';

const nodeIcons = 'virtual:node-icons';

/** Makes a module of the lucide icons that node definitions name, so that a new node type brings its own along. */
function icons(): Plugin {
  const names = [...new Set(Object.values(registry).map(({ icon }) => icon))].toSorted();
  return {
    name: 'node-icons',
    resolveId: (id) => (id === nodeIcons ? `\0${id}` : undefined),
    load: (id) =>
      id === `\0${nodeIcons}`
        ? `import { ${names.join(', ')} } from 'lucide-react';\nexport const nodeIcons = { ${names.join(', ')} };\n`
        : undefined,
  };
}

/**
 * The Python of the runtime is in the command line, whose server gives it to the compiler's worker: it is not carried twice. The
 * worker waits for it, as messages that come before a worker hears them are lost.
 */
function runtimeOfServer(): Plugin {
  const asked = `const request = new XMLHttpRequest();
request.open('GET', '${runtimePath}', false);
request.send();
export const runtimeSources = JSON.parse(request.responseText);
`;
  return {
    name: 'runtime-of-server',
    enforce: 'pre',
    load: (id) => (id.endsWith('/project/runtimeSources.ts') ? asked : undefined),
  };
}

/**
 * Zopfli's gzip is some 3 % smaller than zlib's. Workers, which are large and not waited for, are packed smaller still; a browser
 * that does not take them so gets them unpacked, which on one machine costs nothing.
 */
async function smallest(name: string, bytes: Buffer): Promise<{ readonly ending: string; readonly small: Uint8Array }> {
  if (!/Worker-[^/]*\.js$/.test(name))
    return { ending: '.gz', small: await zopfli.gzipAsync(bytes, { numiterations: 5 }) };
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_LGWIN]: 24 };
  return { ending: '.br', small: brotliCompressSync(bytes, { params }) };
}

/** Compresses once, here, what the Studio's server would otherwise compress each time, and leaves that alone. */
function packed(): Plugin {
  return {
    name: 'packed',
    async writeBundle({ dir = '' }) {
      const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
      for (const name of names.filter((each) => /\.(js|css)$/.test(each))) {
        const bytes = readFileSync(join(dir, name));
        const { ending, small } = await smallest(name, bytes);
        if (small.length >= bytes.length) continue;
        writeFileSync(join(dir, `${name}${ending}`), small);
        rmSync(join(dir, name));
      }
    },
  };
}

/** Builds the Studio's page. What the first paint does not need (compiler, editors) is loaded later. */
export default defineConfig({
  root: 'src/studio/web',
  base: '/',
  plugins: [react(), tailwind(), icons(), packed()],
  build: {
    outDir: '../../../dist/studio',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined images and the polyfill's inline script would ask for exceptions from the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      output: {
        // What the first paint needs is one file: each further one is a request before it.
        codeSplitting: { groups: [{ name: 'page', tags: ['$initial'] }] },
        // The policy's module comes before any that makes a schema.
        strictExecutionOrder: true,
      },
    },
  },
  worker: { format: 'es', plugins: () => [runtimeOfServer()] },
});
