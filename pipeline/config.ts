/** Every option once: its form, its default and what it does. The CLI's help and the config file are made from this. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, PaperfieldError } from './core/errors.ts';
import { projectorNames } from './map/projector.ts';

/** A number, or a number as the command line writes it; nothing else is taken for one. */
const written = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
const whole = (least: number, most: number) => z.preprocess(written, z.number().int().min(least).max(most));
const truth = z.preprocess((value) => (value === 'true' ? true : value === 'false' ? false : value), z.boolean());
const real = (least: number, most: number) => z.preprocess(written, z.number().min(least).max(most));

/** What decides a snapshot, beside the papers. Lands in its manifest and at /api/status. */
const buildShape = {
  model: z
    .string()
    .min(1)
    .default('embedded')
    .describe("The embedding model: 'embedded', a folder, or a hub id such as Xenova/all-MiniLM-L6-v2"),
  neighbors: whole(2, 200)
    .default(15)
    .describe('Neighbors a paper in the kNN graph (2–200): more give broader topics and a smoother map'),
  resolution: real(0.01, 100)
    .default(1)
    .describe('How fine the topics are (0.01–100): 1 is what the papers part into, larger gives more and smaller ones'),
  minTopicSize: whole(2, 10_000).default(5).describe('Papers that make a topic at the least (2–10000)'),
  minDist: real(0, 0.99).default(0.1).describe('How close the map may put two papers (0–0.99)'),
  projector: z
    .enum(projectorNames)
    .default('kernel')
    .describe("What lays the map out: 'kernel', or 'umap-js', the slower reference"),
  negativeSampleRate: whole(1, 100)
    .default(20)
    .describe('How strongly the map parts what is not alike (1–100): more keep neighbors nearer and take longer'),
  epochs: whole(0, 5000).default(0).describe('Rounds of the map layout (0–5000): 0 chooses by the number of papers'),
  maxDrift: real(0, 1)
    .default(0.05)
    .describe('How far half of the papers may move on the map, of its width (0–1); beyond it the map is kept'),
  m: whole(4, 96).default(16).describe('HNSW: links a paper (4–96): more find more and take more memory'),
  efConstruction: whole(16, 2000).default(200).describe('HNSW: candidates while building (16–2000)'),
  efSearch: whole(16, 2000).default(200).describe('HNSW: candidates while searching (16–2000)'),
  seed: whole(0, 4_294_967_295).default(42).describe('Seed of everything random: equal seeds give equal snapshots'),
};

const placeShape = {
  source: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)))
    .default([])
    .describe('Files, folders, or - for standard input; saved Daily Papers pages or JSONL, .gz and .xz too'),
  dataDir: z.string().min(1).default('data').describe('The folder of snapshots and caches'),
};

const promoteShape = {
  fresh: truth.default(false).describe('Make map and topics anew, as if there were no snapshot yet (true or false)'),
  promoteWorse: truth
    .default(false)
    .describe('Let a snapshot serve that is worse than the one that serves now (true or false)'),
};

const serveShape = {
  host: z.string().min(1).default('127.0.0.1').describe('The address the server listens on'),
  port: whole(0, 65_535).default(8017).describe('The port the server listens on (0: any free one)'),
};

const nightlyShape = {
  keep: whole(1, 1000).default(7).describe('Snapshots a nightly run leaves (1–1000), the current one counted'),
};

const buildSchema = z.object(buildShape);
export const configShape = { ...placeShape, ...buildShape, ...promoteShape, ...serveShape, ...nightlyShape };
const configSchema = z.strictObject(configShape);

export type BuildOptions = z.infer<typeof buildSchema>;
export type Config = z.infer<typeof configSchema>;
export type OptionName = keyof Config;

/** The file that holds options between runs, looked for in the folder one stands in. */
const CONFIG_FILE = 'paperfield.config.json';

/** The options that decide a snapshot, without the places and ports that do not. */
export function buildOptionsOf(config: Config): BuildOptions {
  return buildSchema.parse(config);
}

/**
 * What was written, on the command line and in a config file, made into the complete options.
 *
 * @param flags as written on the command line; they win
 * @param file a config file, or undefined for `paperfield.config.json` if it is there
 * @throws PaperfieldError bad_request, with every option that does not fit
 */
export function readConfig(flags: Readonly<Record<string, unknown>>, file: string | undefined): Config {
  const given: Record<string, unknown> = { ...readConfigFile(file), ...flags };
  const parsed = configSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `no option is called ${issue.keys.join(', ')}`;
    const value = issue.path.reduce<unknown>((at, key) => Object(at)[key] ?? given[String(issue.path[0])], given);
    return `${issue.path.join('.')} is ${JSON.stringify(value)}: ${issue.message}`;
  });
  throw new PaperfieldError('bad_request', faults.join('; '));
}

function readConfigFile(file: string | undefined): Partial<Record<OptionName, unknown>> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return {};
  try {
    const held: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof held === 'object' && held !== null && !Array.isArray(held)) return { ...held };
    throw new Error('expected {…}');
  } catch (error) {
    throw new PaperfieldError('bad_request', `${path}: is not a JSON object of options (${messageOf(error)})`);
  }
}
