/**
 * The `preinstall` script of the published package. On Linux, onnxruntime-node downloads CUDA libraries after install and
 * fails the whole install where it cannot reach them; paperfield runs models on the CPU and needs none of them. npm has
 * unpacked all packages by now and runs the `preinstall` scripts of all before any `postinstall`, so a default can be set
 * in time. ONNXRUNTIME_NODE_INSTALL=cuda12 in the environment still asks for the download.
 *
 * A checkout needs nothing of this: its package-lock.json lists onnxruntime-node without an install script.
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEFAULT = "process.env.ONNXRUNTIME_NODE_INSTALL ??= 'skip'; // set by paperfield\n";

const here = dirname(fileURLToPath(import.meta.url));
const isDependency = /[\\/]node_modules[\\/]/.test(here);

if (isDependency) {
  try {
    const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
    const script = join(dirname(manifest), 'script', 'install.js');
    const text = readFileSync(script, 'utf8');
    if (!text.startsWith(DEFAULT)) {
      // A new file: package managers that share files between projects by hard links must not see the change elsewhere.
      writeFileSync(`${script}.new`, DEFAULT + text);
      renameSync(`${script}.new`, script);
    }
  } catch {
    // Not there or not writable: its own install script then runs as its authors meant it.
  }
}
