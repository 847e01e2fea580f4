#!/usr/bin/env node
// The program behind `npx paperfield`. Its sources are TypeScript, which Node 20 cannot run without tsx.
import { register } from 'tsx/esm/api';

// A closed pipe is not an error: `paperfield … | head` closes the pipe when head has read enough.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

register();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
