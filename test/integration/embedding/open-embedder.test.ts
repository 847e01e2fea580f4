import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentEffects } from '../../../pipeline/cli/terminal.ts';
import { readModelSettings } from '../../../pipeline/embedding/model-settings.ts';
import { locateModel, openEmbedder } from '../../../pipeline/embedding/open-embedder.ts';
import { tempFolders } from '../../fixtures/temp-folder.ts';

fc.configureGlobal({ seed: 8017 });

const newFolder = tempFolders();
const open = (source: string) => openEmbedder(source, newFolder(), silentEffects());
const modelError = (message: RegExp) =>
  expect.objectContaining({ name: 'PaperfieldError', kind: 'model', message: expect.stringMatching(message) });

const fastLocation = locateModel('fast');
if (!('folder' in fastLocation)) throw new Error('the fast model has no folder');
const fastFolder = fastLocation.folder;
const width = readModelSettings(fastFolder).dimensions;

/** A copy of the fast model: its small files are copied, its graph is linked. */
function copyOfModel(settings: object = {}, name = 'model'): string {
  const folder = join(newFolder(), name);
  cpSync(fastFolder, folder, { recursive: true, filter: (path) => basename(path) !== 'onnx' });
  mkdirSync(join(folder, 'onnx'));
  symlinkSync(join(fastFolder, 'onnx', 'model.onnx'), join(folder, 'onnx', 'model.onnx'));
  writeFileSync(join(folder, 'paperfield.json'), JSON.stringify({ ...readModelSettings(fastFolder), ...settings }));
  return folder;
}

describe('the fast model', () => {
  let model: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    model = await open('fast');
  });
  afterAll(() => model.close());
  const embed = async (texts: readonly string[]) => {
    const data = await model.embed(texts);
    const { dimensions } = model.settings;
    expect(data).toHaveLength(texts.length * dimensions);
    return texts.map((_, i) => data.slice(i * dimensions, (i + 1) * dimensions));
  };
  const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  test('has the settings of its folder, and the source that was given', () => {
    expect(model.source).toBe('fast');
    expect(model.settings).toEqual(readModelSettings(fastFolder));
    expect(model.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives a unit vector for a text, and a unit or zero vector for a text without known words', async () => {
    const vectors = await embed(['robots learn to grasp', '', '   ', '🦜', '\u0000', 'of', '深度学习']);
    vectors.forEach((vector, i) => {
      const length = Math.sqrt(cosine(vector, vector));
      expect(vector.every(Number.isFinite)).toBe(true);
      expect(i > 0 && length === 0 ? 1 : length).toBeCloseTo(1, 4);
    });
  });

  test('gives a text the same vector, to the bit, in every batch', async () => {
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

  test('gives texts of similar meaning similar vectors', async () => {
    const [query, near, far] = await embed([
      'robots that learn to grasp objects',
      'A manipulation policy for robotic grippers, trained by reinforcement learning',
      'A survey of statistical machine translation for low-resource languages',
    ]);
    expect(cosine(query, near)).toBeGreaterThan(cosine(query, far) + 0.1);
  });

  test('embeds a text of any length: it is truncated to the tokens of its settings', async () => {
    const text = 'robots push objects '.repeat(200);
    const [short, long] = await embed([text, `${text} ${'bandits '.repeat(5000)}`]);
    expect(cosine(short, long)).toBeCloseTo(1, 5);
  });

  test('reports how many texts are done, and can be stopped from there', async () => {
    const progress: number[] = [];
    await model.embed(['robots', 'push', 'robots push objects'], (done) => progress.push(done));
    expect(progress.at(-1)).toBe(3);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const stopped = model.embed(['robots', 'robots push'], () => {
      throw new Error('stopped');
    });
    await expect(stopped).rejects.toThrow('stopped');
  });

  test('gives each of very many texts its vector, in their order', async () => {
    const texts = Array.from({ length: 9000 }, (_, i) => `robots ${i} ${'push objects '.repeat(i % 7)}`);
    const progress: number[] = [];
    const { dimensions } = model.settings;
    const data = await model.embed(texts, (done) => progress.push(done));
    expect(progress.at(-1)).toBe(texts.length);
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
    'reports what was expected instead of %s',
    async (source) => {
      await expect(open(source)).rejects.toThrow(modelError(/no model '.*': expected 'embedded', 'fast', a folder/));
    },
  );

  test.each<[string, (folder: string) => void]>([
    [
      'an invalid graph',
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
    ['broken settings', (folder) => writeFileSync(join(folder, 'paperfield.json'), '{"name": "x"}')],
  ])('rejects a folder with %s, with its name', async (_, damage) => {
    const folder = copyOfModel();
    damage(folder);
    await expect(open(folder)).rejects.toThrow(modelError(/model/));
    await expect(open(folder)).rejects.toThrow(folder);
  });

  test('opens a folder, and distinguishes models by their files and settings', async () => {
    const [same, other] = await Promise.all([open(copyOfModel()), open(copyOfModel({ separator: ' ' }))]);
    const original = await open('fast');
    expect(same.fingerprint).toBe(original.fingerprint);
    expect(other.fingerprint).not.toBe(original.fingerprint);
    expect(await same.embed(['robots'])).toEqual(await original.embed(['robots']));
    for (const model of [same, other, original]) await model.close();
  });

  test('opens a model while another one is being opened', async () => {
    const broken = copyOfModel({}, 'broken');
    rmSync(join(broken, 'onnx'), { recursive: true });
    const [good, bad] = await Promise.allSettled([open('fast'), open(broken)]);
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected']);
  });

  test.each<[string, object, RegExp]>([
    ['another output', { output: 'last_hidden_state' }, /no output 'last_hidden_state', it has: sentence_embedding/],
    ['another length', { dimensions: 128 }, new RegExp(`is \\[1,${width}\\], expected 2 axes ending in 128`)],
    ['another pooling', { pooling: 'mean' }, new RegExp(`is \\[1,${width}\\], expected 3 axes`)],
  ])('reports settings with %s than the graph has', async (_, settings, message) => {
    const model = await open(copyOfModel(settings));
    await expect(model.embed(['robots'])).rejects.toThrow(modelError(message));
    await model.close();
  });
});

test('locateModel finds the models of this repository, a folder, or a hub id, and prefers a folder to a hub id', () => {
  expect(locateModel('embedded')).toEqual({ folder: expect.stringMatching(/data.models.paperfield/) });
  expect(locateModel('paperfield-static')).toEqual(fastLocation);
  expect(locateModel(fastFolder)).toEqual({ folder: fastFolder });
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
