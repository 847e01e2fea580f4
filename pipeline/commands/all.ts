import type { Command } from '../command-line.ts';
import { buildCommand } from './build.ts';
import { embedCommand } from './embed.ts';
import { evalCommand } from './eval.ts';
import { mapCommand } from './map.ts';
import { nightlyCommand } from './nightly.ts';
import { searchCommand } from './search.ts';
import { serveCommand } from './serve.ts';
import { similarCommand } from './similar.ts';
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
