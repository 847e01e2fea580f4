import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quietEffects } from '../../../pipeline/cli/terminal.ts';
import { readModelCard } from '../../../pipeline/embedding/model-card.ts';
import { locateModel } from '../../../pipeline/embedding/model-location.ts';
import { openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { scratchFolders } from '../../fixtures/scratch-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = scratchFolders();
const open = (source: string) => openEmbedder(source, newFolder(), quietEffects());
const modelError = (message: RegExp) =>
  expect.objectContaining({ name: 'PaperfieldError', kind: 'model', message: expect.stringMatching(message) });

const shipped = locateModel('embedded');
if (!('folder' in shipped)) throw new Error('the embedded model has no folder');
const embeddedFolder = shipped.folder;
const width = readModelCard(embeddedFolder).dimensions;

/** A folder with the embedded model: its small files copied, its graph linked. */
function copyOfModel(card: object = {}, name = 'model'): string {
  const folder = join(newFolder(), name);
  cpSync(embeddedFolder, folder, { recursive: true, filter: (path) => basename(path) !== 'onnx' });
  mkdirSync(join(folder, 'onnx'));
  symlinkSync(join(embeddedFolder, 'onnx', 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
  writeFileSync(join(folder, 'paperfield.json'), JSON.stringify({ ...readModelCard(embeddedFolder), ...card }));
  return folder;
}

describe('the embedded model', () => {
  let model: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    model = await open('embedded');
  });
  afterAll(() => model.close());
  const embed = async (texts: readonly string[]) => {
    const data = await model.embed(texts);
    const { dimensions } = model.card;
    expect(data).toHaveLength(texts.length * dimensions);
    return texts.map((_, i) => data.slice(i * dimensions, (i + 1) * dimensions));
  };
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  test('is what its card says, and what it was asked for by', () => {
    expect(model.source).toBe('embedded');
    expect(model.card).toEqual(readModelCard(embeddedFolder));
    expect(model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives a unit vector for a text, and the zero vector or a unit one for a text without known words', async () => {
    const vectors = await embed(['robots learn to grasp', '', '   ', '🦜', '\u0000', 'of', '深度学习']);
    vectors.forEach((vector, i) => {
      const length = Math.sqrt(cosine(vector, vector));
      expect(vector.every(Number.isFinite)).toBe(true);
      expect(i > 0 && length === 0 ? 1 : length).toBeCloseTo(1, 4);
    });
  });

  test('gives a text the same vector, to the bit, whatever stands beside it', async () => {
    const words =
      'robots learn to push and grasp objects with tactile sensing by diffusion policies under uncertain contact'.split(
        ' ',
      );
    const texts = [
      '',
      ...words.map((_, i) => words.slice(0, i + 1).join(' ')),
      words.join(' ').repeat(9),
      'long text '.repeat(2000),
    ];
    const alone: Float32Array[] = [];
    for (const text of texts) alone.push(...(await embed([text])));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(texts.length - 1), { minLength: 1, maxLength: 70 }), async (picked) => {
        const together = await embed(picked.map((i) => texts[i]));
        picked.forEach((i, at) => {
          expect(Buffer.from(together[at].buffer).equals(Buffer.from(alone[i].buffer))).toBe(true);
        });
      }),
      { numRuns: 15 },
    );
  });

  test('puts like meanings nearer than unlike ones', async () => {
    const [asked, near, far] = await embed([
      'robots that learn to grasp objects',
      'A manipulation policy for robotic grippers, trained by reinforcement learning',
      'A survey of statistical machine translation for low-resource languages',
    ]);
    expect(cosine(asked, near)).toBeGreaterThan(cosine(asked, far) + 0.1);
  });

  test('takes a text of any length: what is beyond the card’s tokens is cut', async () => {
    const text = 'robots push objects '.repeat(200);
    const [short, long] = await embed([text, `${text} ${'bandits '.repeat(5000)}`]);
    expect(cosine(short, long)).toBeCloseTo(1, 5);
  });

  test('tells how many texts are done, and can be stopped by who is told', async () => {
    const told: number[] = [];
    await model.embed(['robots', 'push', 'robots push objects'], (done) => told.push(done));
    expect(told.at(-1)).toBe(3);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    const stopped = model.embed(['robots', 'robots push'], () => {
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
  });

  test('gives each of very many texts its own vector, in their order', async () => {
    const texts = Array.from({ length: 9000 }, (_, i) => `robots ${i} ${'push objects '.repeat(i % 7)}`);
    const told: number[] = [];
    const { dimensions } = model.card;
    const data = await model.embed(texts, (done) => told.push(done));
    expect(told.at(-1)).toBe(texts.length);
    for (const i of [0, 1, 4095, 4096, 4097, 8191, 8192, 8999]) {
      const [alone] = await embed([texts[i]]);
      expect(data.slice(i * dimensions, (i + 1) * dimensions)).toEqual(alone);
    }
  });

  test('of no texts gives no vectors', async () => {
    expect(await model.embed([])).toEqual(new Float32Array(0));
  });
});

describe('openEmbedder', () => {
  test.each(['no-such-model', './no/such/folder', '/no/such/folder', 'a/b/c'])(
    'says what %s should have been',
    async (source) => {
      await expect(open(source)).rejects.toThrow(modelError(/no model '.*': expected 'embedded', a folder/));
    },
  );

  test.each<[string, (folder: string) => void]>([
    [
      'a graph that is none',
      (folder) => {
        rmSync(join(folder, 'onnx', 'model.onnx'));
        writeFileSync(join(folder, 'onnx', 'model.onnx'), 'this is no ONNX graph');
      },
    ],
    [
      'an empty graph',
      (folder) => {
        rmSync(join(folder, 'onnx', 'model.onnx'));
        writeFileSync(join(folder, 'onnx', 'model.onnx'), '');
      },
    ],
    ['no graph', (folder) => rmSync(join(folder, 'onnx'), { recursive: true })],
    ['no tokenizer', (folder) => rmSync(join(folder, 'tokenizer.json'))],
    ['a broken tokenizer', (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{"version":')],
    ['a broken config', (folder) => writeFileSync(join(folder, 'config.json'), '{')],
    ['a broken card', (folder) => writeFileSync(join(folder, 'paperfield.json'), '{"name": "x"}')],
  ])('refuses a folder with %s, by its name', async (_, damage) => {
    const folder = copyOfModel();
    damage(folder);
    await expect(open(folder)).rejects.toThrow(modelError(/model/));
    await expect(open(folder)).rejects.toThrow(folder);
  });

  test('takes a folder, and tells models apart by their files and their cards', async () => {
    const [same, other] = await Promise.all([open(copyOfModel()), open(copyOfModel({ separator: ' ' }))]);
    const embedded = await open('embedded');
    expect(same.fingerprint).toBe(embedded.fingerprint);
    expect(other.fingerprint).not.toBe(embedded.fingerprint);
    expect(await same.embed(['robots'])).toEqual(await embedded.embed(['robots']));
    for (const one of [same, other, embedded]) await one.close();
  });

  test('opens a model while another one is being opened', async () => {
    const broken = copyOfModel({}, 'broken');
    rmSync(join(broken, 'onnx'), { recursive: true });
    const [good, bad] = await Promise.allSettled([open('embedded'), open(broken)]);
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
  });

  test.each<[string, object, RegExp]>([
    ['another output', { output: 'last_hidden_state' }, /no output 'last_hidden_state', it has: sentence_embedding/],
    ['another length', { dimensions: 128 }, new RegExp(`is \\[1,${width}\\], expected 2 axes ending in 128`)],
    ['another pooling', { pooling: 'mean' }, new RegExp(`is \\[1,${width}\\], expected 3 axes`)],
  ])('says so where the card of a model promises %s than the graph has', async (_, card, message) => {
    const model = await open(copyOfModel(card));
    await expect(model.embed(['robots'])).rejects.toThrow(modelError(message));
    await model.close();
  });
});

test('locateModel knows the embedded model, a folder, and a hub id, and takes a folder before a hub id', () => {
  expect(locateModel('paperfield-static')).toEqual(shipped);
  expect(locateModel(embeddedFolder)).toEqual({ folder: embeddedFolder });
  expect(locateModel('Xenova/all-MiniLM-L6-v2')).toEqual({ hubId: 'Xenova/all-MiniLM-L6-v2' });
  const before = process.cwd();
  const folder = copyOfModel();
  process.chdir(join(folder, '..', '..'));
  try {
    const relative = `${basename(join(folder, '..'))}/model`;
    expect(locateModel(relative)).toEqual({ folder: join(process.cwd(), relative) });
  } finally {
    process.chdir(before);
  }
});
