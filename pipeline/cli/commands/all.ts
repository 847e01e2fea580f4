import type { Command } from '../command-line.ts';
import { buildCommand, nightlyCommand } from './build.ts';
import { embedCommand } from './embed.ts';
import { evalCommand } from './eval.ts';
import { mapCommand } from './map.ts';
import { searchCommand, similarCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { statusCommand } from './status.ts';
import { topicsCommand } from './topics.ts';
import { trainCommand } from './train.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  buildCommand,
  serveCommand,
  searchCommand,
  similarCommand,
  topicsCommand,
  mapCommand,
  nightlyCommand,
  statusCommand,
  embedCommand,
  evalCommand,
  trainCommand,
];
