// A thread has no loader that reads TypeScript, whatever its parent was started with: it gets one before our file.
import { register } from 'tsx/esm/api';

register();
await import('./hierarchy-worker.ts');
