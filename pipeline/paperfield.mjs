#!/usr/bin/env node
// What `npx paperfield` runs. The sources are TypeScript and Node 20 cannot read it: tsx does, until Node itself can.
import { register } from 'tsx/esm/api';

// A reader that has seen enough (`| head`) closes the pipe, sometimes only when all is said: nobody's error.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});

register();
const { main } = await import('./cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
