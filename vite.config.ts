import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const api = 'http://127.0.0.1:8017';

/** KaTeX names each of its faces in three formats: every browser that runs the page reads the smallest. */
const smallestFaces: Plugin = {
  name: 'smallest-faces',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('katex') || !id.endsWith('.css')) return null;
    return { code: code.replaceAll(/,\s*url\([^)]+\)\s*format\("(?:woff|truetype)"\)/g, ''), map: null };
  },
};

/** The page. `npm run dev` serves it with the API of a server that runs beside it. */
export default defineConfig({
  root: fileURLToPath(new URL('web', import.meta.url)),
  base: './',
  plugins: [smallestFaces],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A face written into the style sheet would be no file of the page's own, which is all that the server allows.
    assetsInlineLimit: (path) => (path.endsWith('.woff2') ? false : undefined),
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': api, '/healthz': api },
  },
});
