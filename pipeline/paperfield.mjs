#!/usr/bin/env node
// The program behind `npx paperfield`. Its sources are TypeScript, which Node 20 cannot run without tsx.
import { register } from 'tsx/esm/api';

// `paperfield … | head` closes the pipe when head has read enough: not an error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

register();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
