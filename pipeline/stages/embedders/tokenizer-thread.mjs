// What a tokenizing thread starts with. As in paperfield.mjs: its sources are TypeScript, and tsx reads them for Node 20.
import { register } from 'tsx/esm/api';

register();
await import('./tokenizer-worker.ts');
