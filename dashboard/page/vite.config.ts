import path from 'node:path'
import { defineConfig } from 'vite'

export default defineConfig({
  // Relative, so that an export works in whatever folder of a web server it is put.
  base: './',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: path.join(import.meta.dirname, '..', 'dist'),
    emptyOutDir: true,
    target: 'es2022',
    // Its inline script would be refused by the content policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 400,
  },
})
