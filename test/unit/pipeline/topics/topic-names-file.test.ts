import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTopicNames, TOPIC_NAMES_FILE } from '../../../../pipeline/topics/user-names.ts';
import { scratchFolders } from '../../../fixtures/scratch-folder.ts';

const newFolder = scratchFolders();

describe('readTopicNames', () => {
  test('reads the file of a data folder', () => {
    const folder = newFolder();
    writeFileSync(join(folder, TOPIC_NAMES_FILE), '# mine\nSchrödinger bridges = Brücken\n');
    expect(readTopicNames(folder)).toEqual([{ topic: ['schrödinger bridges'], name: 'Brücken', line: 2 }]);
  });

  test('of a folder without one is none', () => {
    expect(readTopicNames(newFolder())).toEqual([]);
  });

  test('tells file and line of what it cannot read', () => {
    const folder = newFolder();
    const path = join(folder, TOPIC_NAMES_FILE);
    writeFileSync(path, 'A = B\nno sign here\n');
    expect(() => readTopicNames(folder)).toThrow(`${path}:2: expected TOPIC = NAME; found: no sign here`);
  });

  test('refuses bytes that are no text, and a folder in its place', () => {
    const bytes = newFolder();
    writeFileSync(join(bytes, TOPIC_NAMES_FILE), Buffer.from([0x41, 0xff, 0xfe, 0x3d]));
    expect(() => readTopicNames(bytes)).toThrow('expected UTF-8 text');
    const folder = newFolder();
    mkdirSync(join(folder, TOPIC_NAMES_FILE));
    expect(() => readTopicNames(folder)).toThrow('cannot be read');
  });
});
