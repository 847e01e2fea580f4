// Entry point of every worker thread. A worker does not inherit the loader that reads TypeScript, so it registers one
// first.
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { module, name, input } = workerData;
const { [name]: start } = await import(module);
if (!start) throw new Error(`${module} has no exported function '${name}'`);
await start(input, parentPort);
