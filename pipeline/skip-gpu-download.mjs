/**
 * The `preinstall` script of the published package: makes onnxruntime-node skip its download of CUDA libraries on
 * Linux. Where the download is blocked, it fails the whole install, and paperfield runs models on the CPU only. npm
 * unpacks all packages and runs all `preinstall` scripts before any `postinstall` script, so this script can still
 * change the default of onnxruntime-node. With ONNXRUNTIME_NODE_INSTALL=cuda12 in the environment, the libraries are
 * downloaded anyway.
 *
 * A checkout of the repository does not need this script: its package-lock.json lists onnxruntime-node without an
 * install script.
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
      // Written as a new file, not in place: some package managers hard-link files between projects, and other projects
      // must not see the change.
      writeFileSync(`${script}.new`, DEFAULT + text);
      renameSync(`${script}.new`, script);
    }
  } catch {
    // onnxruntime-node is missing or not writable: its install script then runs unchanged.
  }
}
