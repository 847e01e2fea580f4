import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const API_PORT = 8017;
const api = `http://127.0.0.1:${API_PORT}`;

/** KaTeX offers each of its fonts in three formats: every browser that can run the page reads WOFF2, the smallest. */
const onlyWoff2: Plugin = {
  name: 'only-woff2',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('katex') || !id.endsWith('.css')) return null;
    return { code: code.replaceAll(/,\s*url\([^)]+\)\s*format\("(?:woff|truetype)"\)/g, ''), map: null };
  },
};

/** With the development server of the page runs the API, which starts again when one of its source files changes. */
const apiServer: Plugin = {
  name: 'api-server',
  apply: 'serve',
  configureServer(server) {
    const tsx = createRequire(import.meta.url).resolve('tsx/cli');
    const command = ['watch', '--clear-screen=false', 'pipeline/paperfield.mjs', 'serve', '--sample'];
    const child = spawn(process.execPath, [tsx, ...command, '--port', String(API_PORT)], {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      // Standard input belongs to vite, which reads its shortcuts from it.
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const stop = () => child.kill();
    server.httpServer?.once('close', stop);
    process.once('exit', stop);
  },
};

/** The page. `npm run dev` serves it, and the API with it. */
export default defineConfig({
  root: fileURLToPath(new URL('web', import.meta.url)),
  base: './',
  plugins: [onlyWoff2, apiServer],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // A font inlined into the style sheet is a data: URL, which the content security policy of the server refuses.
    assetsInlineLimit: (path) => (path.endsWith('.woff2') ? false : undefined),
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': api, '/healthz': api },
  },
});
