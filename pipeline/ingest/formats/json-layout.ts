/** Finds out where in a JSON file the records are. */
import { jsonParser } from 'stream-json/core/parser.js';
import { isMany, none } from 'stream-chain/defs.js';
