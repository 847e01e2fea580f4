import { writeFileSync } from 'node:fs';
import { seededRandom } from '../../pipeline/core/algorithms/random.ts';

/** Subjects with words of their own: a paper is about one of them. */
const SUBJECTS = [
  'robot grasp gripper push object manipulation arm tactile contact hand',
  'protein molecule enzyme folding structure binding ligand residue sequence drug',
  'galaxy star telescope redshift cluster halo luminosity survey spectrum orbit',
  'language translation corpus syntax parser grammar sentence semantics dialogue speech',
  'graph vertex edge coloring matching tree cycle clique planar bipartite',
  'market price auction bidder equilibrium trader utility asset risk portfolio',
].map((words) => words.split(' '));
const COMMON = 'we the of a and in show that for new method results on with this paper'.split(' ');

/**
 * Papers made of words of one subject, each with a name of its own, as a JSONL file. Seeded: the same file each time.
 *
 * @returns the rows that were written.
 */
export function writeTinyCorpus(path: string, count: number): { id: string; title: string; abstract: string }[] {
  const random = seededRandom(3);
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? '';
  const rows = Array.from({ length: count }, (_, index) => {
    const subject = SUBJECTS[index % SUBJECTS.length] ?? [];
    const name = `sys${String.fromCharCode(97 + (index % 26))}${index}`;
    const words = (length: number): string =>
      Array.from({ length }, () => (random() < 0.4 ? pick(COMMON) : pick(subject))).join(' ');
    return {
      id: `tiny:${index}`,
      title: `${name}: ${words(6)}`,
      abstract: `${words(20)} ${name} ${words(20)}. Naïve Schr\\"odinger-type ${words(10)} ${name}.`,
    };
  });
  writeFileSync(path, `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
  return rows;
}
