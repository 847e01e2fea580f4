/**
 * All options of paperfield, each with its valid values, default and meaning. The help of the command line and the
 * checks of the config file are generated from this table.
 */
import { z } from 'zod';
import { readConfigFile } from './config-file.ts';
import { PaperfieldError } from './core/errors.ts';
import { sourceKinds, sourcesSchema } from './fetch/source-options.ts';
import { knownFields } from './ingest/formats/source-record.ts';
import { layoutAlgorithmNames } from './map/layout-algorithm.ts';

/**
 * Converts a number that the command line gives as text. Any other value is returned unchanged, so that the schema
 * rejects it.
 */
const numberFromText = (value: unknown) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value);
const booleanFromText = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);
const integer = (min: number, max: number) => z.preprocess(numberFromText, z.number().int().min(min).max(max));
const real = (min: number, max: number) => z.preprocess(numberFromText, z.number().min(min).max(max));
const boolean = z.preprocess(booleanFromText, z.boolean());

/** `title=Paper Title,date=Year` as an object; a comma that no field follows belongs to the name of a column. */
const columnsFromText = (value: unknown) => {
  if (typeof value !== 'string') return value;
  const pairs = value.split(/,(?=\s*\w+=)/).map((pair) => /^\s*(\w+)=(.*)$/s.exec(pair));
  return pairs.includes(null) ? value : Object.fromEntries(pairs.map((pair) => [pair?.[1], pair?.[2]?.trim()]));
};
const columnShape = Object.fromEntries(
  Object.keys(knownFields).map((field) => [field, z.string().min(1).optional()]),
) as Record<keyof typeof knownFields, z.ZodOptional<z.ZodString>>;

/** Options that, together with the papers, determine the content of a snapshot. They are stored in its manifest. */
const buildShape = {
  model: z
    .string()
    .min(1)
    .default('embedded')
    .describe("Embedding model: 'embedded', a folder, or a hub id such as Xenova/all-MiniLM-L6-v2"),
  neighbors: integer(2, 200)
    .default(15)
    .describe('Neighbors of each paper in the kNN graph (2–200): more give broader topics and a smoother map'),
  resolution: real(0.01, 100)
    .default(1)
    .describe('Resolution of the topics (0.01–100): larger values give more and smaller topics'),
  minTopicSize: integer(2, 10_000).default(5).describe('Minimum number of papers in a topic (2–10000)'),
  minDist: real(0, 0.99)
    .default(0.1)
    .describe('Minimum distance of papers on the map, as in UMAP (0–0.99): smaller values give denser clusters'),
  layoutAlgorithm: z
    .enum(layoutAlgorithmNames)
    .default('umap')
    .describe("Implementation of UMAP that computes the map: 'umap', or 'umap-js', a slower one for comparison"),
  negativeSampleRate: integer(1, 100)
    .default(20)
    .describe('Negative samples per edge and epoch, as in UMAP (1–100): more separate clusters better and take longer'),
  epochs: integer(0, 5000).default(0).describe('Epochs of the map layout (0–5000): 0 chooses by the number of papers'),
  maxDrift: real(0, 1)
    .default(0.05)
    .describe(
      'Maximum median shift of papers on an updated map, as a share of its width (0–1): beyond it positions are kept',
    ),
  m: integer(4, 96).default(16).describe('HNSW: links per paper (4–96): more give better recall and take more memory'),
  efConstruction: integer(16, 2000).default(200).describe('HNSW: candidates examined while building (16–2000)'),
  efSearch: integer(16, 2000).default(200).describe('HNSW: candidates examined while searching (16–2000)'),
  seed: integer(0, 4_294_967_295)
    .default(42)
    .describe('Seed of all random numbers: equal seeds and inputs give equal snapshots'),
};

const pathShape = {
  source: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string().min(1)))
    .default([])
    .describe('Files of any format (docs/formats.md), folders, patterns, or - for standard input'),
  columns: z
    .preprocess(columnsFromText, z.strictObject(columnShape))
    .default({})
    .describe("Columns of tables that are not recognized by their names: title='Paper Title',abstract=Summary"),
  dataDir: z.string().min(1).default('data').describe('Folder of snapshots and caches'),
};

const fetchShape = {
  sources: sourcesSchema
    .default([])
    .describe('Sources that fetch brings papers from, each an object with kind, name and the options of its kind'),
  contact: z
    .string()
    .default('')
    .describe(
      'Your e-mail address or home page, which is sent to sources: operators ask for it, and some answer faster',
    ),
};

const updateShape = {
  fresh: boolean
    .default(false)
    .describe('Compute map and topics without regard to the current snapshot (true or false)'),
  promoteWorse: boolean
    .default(false)
    .describe(
      'Use the new snapshot even if it lost many papers or measures worse than the current one (true or false)',
    ),
};

const serveShape = {
  host: z.string().min(1).default('127.0.0.1').describe('Address that the server listens on'),
  port: integer(0, 65_535).default(8017).describe('Port that the server listens on (0: any free port)'),
  allowedHosts: z
    .preprocess((value) => (typeof value === 'string' ? value.split(/[\s,]+/) : value), z.array(z.string().min(1)))
    .default([])
    .describe('Further host names under which the server may be reached, such as that of a reverse proxy: NAME,NAME'),
  allowImport: boolean
    .default(false)
    .describe(
      'Whether whoever can open the page may add papers (true or false): a server that only this machine can reach always allows it',
    ),
  importMaxMegabytes: integer(1, 100_000)
    .default(1000)
    .describe('How large the files may be together that are added on the page at once, in megabytes (1–100000)'),
};

const nightlyShape = {
  nightly: z
    .string()
    .default('')
    .describe("When serve runs a night, as in cron: '0 3 * * *' is every day at 3. Empty: never"),
  nightlyTimeZone: z
    .string()
    .default('')
    .describe('Time zone of --nightly, such as Europe/Berlin. Empty: that of the system'),
  gone: z
    .enum(['keep', 'mark', 'remove'])
    .default('keep')
    .describe(
      "Papers that no source gives any more: 'keep' them, 'mark' them as gone, or mark and 'remove' them after --gone-nights",
    ),
  goneNights: integer(1, 3650)
    .default(7)
    .describe('With --gone remove: number of nights without a paper in any source after which it leaves (1–3650)'),
  keep: integer(1, 1000)
    .default(7)
    .describe('Number of snapshots to keep, the current one included (1–1000): older ones are removed'),
};

/** Who is told when a night failed or nothing ran. Meant for the config file: flags can be seen by other users. */
const notifyShape = {
  notifyWebhook: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ })], 'expected an address that begins with http:// or https://')
    .default('')
    .describe('Address to which a failed or silent night is posted as JSON'),
  notifyMailTo: z.string().default('').describe('Mail addresses that are told of a failed or silent night'),
  notifyMailFrom: z.string().default('').describe('Sender of these mails; by default paperfield at this host'),
  notifySmtp: z
    .url({ protocol: /^smtps?$/, error: 'expected smtp://USER:PASSWORD@HOST:PORT, or smtps://…' })
    .default('smtp://127.0.0.1:25')
    .describe('Mail server that sends them: smtp://USER:PASSWORD@HOST:PORT'),
};

const buildSchema = z.object(buildShape);
export const configShape = {
  ...pathShape,
  ...fetchShape,
  ...buildShape,
  ...updateShape,
  ...serveShape,
  ...nightlyShape,
  ...notifyShape,
};
const configSchema = z.strictObject(configShape);

export type BuildOptions = z.infer<typeof buildSchema>;
export type Config = z.infer<typeof configSchema>;
export type OptionName = keyof Config;

/**
 * Picks from a configuration the options that determine the content of a snapshot, without paths, ports and the like.
 */
export function pickBuildOptions(config: Config): BuildOptions {
  return buildSchema.parse(config);
}

/**
 * Merges options of the command line, the config file and defaults into a complete configuration.
 *
 * @param flags options of the command line, by name, as text; they override the config file
 * @param file path of a config file; undefined for `paperfield.config.json`, if it exists
 * @throws PaperfieldError bad_request, listing every invalid option
 */
export function readConfig(flags: Readonly<Record<string, unknown>>, file: string | undefined): Config {
  const written = readConfigFile(file);
  // `$schema` is for editors.
  const { $schema: _, ...options } = written?.content ?? {};
  const input: Record<string, unknown> = { ...options, ...flags };
  const parsed = configSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => {
    // Each unknown key is a fault of its own, at its own line.
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => {
      const isInFile = written !== undefined && !(String(path[0]) in flags);
      return `${isInFile ? `${written.locate(path)}: ` : ''}${faultOf(issue, path, input)}`;
    });
  });
  throw new PaperfieldError('bad_request', faults.join('; '));
}

/** What is wrong with the value at a path, in a sentence that names the option. */
function faultOf(
  issue: z.core.$ZodIssue,
  path: readonly PropertyKey[],
  input: Readonly<Record<string, unknown>>,
): string {
  const name = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const around = path.slice(0, -1).join('.');
    return `${around === '' ? '' : `${around}: `}no option is called ${String(path.at(-1))}`;
  }
  // `source` may be a single path, which is validated as a list of one. The path of its error then has a list index
  // that `input` does not have.
  const value = path.reduce<unknown>((parent, key) => Object(parent)[key] ?? input[String(path[0])], input);
  if (issue.code === 'invalid_union' && path.at(-1) === 'kind') {
    return `${name} is ${JSON.stringify(valueAt(path, input))}: expected one of ${sourceKinds.join(', ')}`;
  }
  if (path[0] === 'sources') return `${name} is ${JSON.stringify(valueAt(path, input))}: ${issue.message}`;
  return `${name} is ${JSON.stringify(value)}: ${issue.message}`;
}

function valueAt(path: readonly PropertyKey[], input: unknown): unknown {
  return path.reduce<unknown>((parent, key) => Object(parent)[key], input) ?? null;
}
