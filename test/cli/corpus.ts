import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietEffects } from '../../pipeline/cli/terminal.ts';
import type { Paper } from '../../pipeline/core/paper.ts';
import { parse } from '../../pipeline/ingest/parse-sources.ts';
import { openSources } from '../../pipeline/ingest/sources.ts';

// Not from the fixture of the sample server: that one loads the whole pipeline, and these are only texts.
const sampleFolder = join(import.meta.dirname, '..', '..', 'data', 'sample');

/** The papers of the sample pages, real texts for small corpora. */
export async function samplePapers(): Promise<readonly Paper[]> {
  return (await parse(await openSources([sampleFolder], process.stdin), quietEffects())).papers;
}

/** Papers as JSONL, one a line. */
export function jsonlOf(papers: readonly object[]): string {
  return papers.map((paper) => `${JSON.stringify(paper)}\n`).join('');
}

export function writeJsonl(path: string, papers: readonly object[]): string {
  writeFileSync(path, jsonlOf(papers));
  return path;
}
