import { defineConfig } from 'vite';

/** Builds the command line; every command and the compiler become files of their own, loaded when they are used. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    outDir: 'dist',
    // A catalyst that runs from here meanwhile still finds its chunks; scripts/setup.mjs removes old ones.
    emptyOutDir: false,
    // The licences of what is bundled come along with it.
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: { catalyst: 'src/cli/catalyst.ts' },
      output: {
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name]-[hash].js',
        // The package has room for what runs; names stay, so that a traceback can be read.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
      },
    },
  },
  // Dependencies are part of the bundle: a start then reads a few files instead of some hundred.
  // The one with a native part is installed beside it.
  ssr: { noExternal: true, external: ['libsql'], target: 'node' },
});
