#!/usr/bin/env node
// The program behind `npx paperfield`. Its sources are TypeScript, which Node 20 cannot run without tsx.
import { register } from 'tsx/esm/api';

// A closed pipe is not an error: `paperfield … | head` closes the pipe when head has read enough, and a night goes on when the
// server that started it is killed.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

register();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
