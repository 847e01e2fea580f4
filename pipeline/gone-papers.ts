/**
 * The gone policy: what a night does with papers of the previous snapshot that no source gives any more, and with those
 * that their source says are deleted. A source that answers with a part of its papers, or without their abstracts, must
 * not empty the collection: papers leave it only when the user has said so.
 */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Config } from './config.ts';
import { errorMessage } from './core/errors.ts';
import type { Paper } from './core/paper.ts';
import { MAX_LOST_SHARE, MIN_LOST_PAPERS } from './evaluation/quality-gate.ts';
import { idFromTitle, titleKey } from './ingest/title-id.ts';
import { keepPreviousIds } from './keep-ids.ts';
import { writeAtomically } from './store/atomic-write.ts';
import { dataPaths } from './store/data-folder.ts';
import { eachPaper, type PaperDatabase } from './store/paper-database.ts';

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/);
const stateSchema = z.object({
  /** The last night that was counted. */
  night: day,
  /** For each paper that no source gave that night: since when, and for how many counted nights. */
  papers: z.record(z.string(), z.object({ since: day, nights: z.number().int().min(1) })),
});
/** Which papers are gone from the sources, and for how many nights. Kept between nights in `gone-papers.json`. */
export type GoneState = z.infer<typeof stateSchema>;

/** How the papers of a night differ from those of the previous snapshot. Lists are of paper ids. */
export interface PaperChanges {
  readonly newPapers: readonly string[];
  /** Papers of which a field changed. */
  readonly changed: readonly string[];
  /** Papers that no source gave and that stay nevertheless, without those that are deleted. */
  readonly kept: readonly string[];
  /** Papers that no source gave and that left the collection after their nights. */
  readonly removed: readonly string[];
  /** Papers that their source says are deleted and that no other gives; whether they stay says the policy. */
  readonly deleted: readonly string[];
  /** Number of papers that came without an abstract and keep the one they had. */
  readonly keptAbstracts: number;
  /** Number of papers whose nights are over, or that are deleted, but which are too many to leave at once. */
  readonly heldBack: number;
  /** Number of the deleted among them. */
  readonly heldBackDeleted: number;
}

/** The papers of a night after the gone policy, how they changed, and what is to be remembered for the next night. */
export interface UpdatedPapers {
  readonly papers: readonly Paper[];
  readonly changes: PaperChanges;
  readonly state: GoneState;
}

type GonePolicy = Pick<Config, 'gone' | 'goneNights' | 'promoteWorse'>;

/**
 * Adds to the papers of the sources those that they lack, as the policy says. If nothing is missing, the papers stay in
 * the order of the sources. Else they have the order of the previous snapshot, with new papers at the end, so that a
 * source that is away for a week changes the collection once and not every night.
 *
 * A paper that the sources name in another way keeps its id.
 *
 * A paper that its source has deleted need not wait for its nights: with `remove` it leaves at once.
 *
 * @param previous the papers of the previous snapshot; undefined if there is none
 * @param night the date of the run, `2026-11-21`; a second run on the same date does not count as another night
 * @param isDeleted whether the source of a paper says that it is deleted
 */
export function applyGonePolicy(
  sourcePapers: readonly Paper[],
  previous: Pick<PaperDatabase, 'count' | 'papers'> | undefined,
  before: GoneState | undefined,
  { gone, goneNights, promoteWorse }: GonePolicy,
  night: string,
  isDeleted: (paper: Paper) => boolean = () => false,
): UpdatedPapers {
  const papers = keepPreviousIds(sourcePapers, previous);
  const bySource = new Map(papers.map((paper) => [paper.id, paper]));
  const isKnownByTitle = createTitleLookup(papers);
  const previousIds = new Set<string>();
  const changed: string[] = [];
  const missing: Paper[] = [];
  const order: string[] = [];
  let keptAbstracts = 0;
  for (const old of eachPaper(previous)) {
    previousIds.add(old.id);
    const paper = bySource.get(old.id);
    if (paper) {
      const isBlanked = paper.abstract === '' && old.abstract !== '';
      const merged = isBlanked ? { ...paper, abstract: old.abstract } : paper;
      if (isBlanked) {
        keptAbstracts++;
        bySource.set(old.id, merged);
      }
      if (comparable(merged) !== comparable(old)) changed.push(old.id);
      order.push(old.id);
    } else if (!isKnownByTitle(old)) {
      missing.push(old);
      order.push(old.id);
    }
  }
  const entryOf = ({ id }: Paper) => {
    const earlier = before?.papers[id];
    if (!earlier) return { since: night, nights: 1 };
    return { since: earlier.since, nights: earlier.nights + (before?.night === night ? 0 : 1) };
  };
  const isOver = (paper: Paper) => gone === 'remove' && (entryOf(paper).nights >= goneNights || isDeleted(paper));
  const over = missing.filter(isOver);
  const isTooMany = over.length >= MIN_LOST_PAPERS && over.length > MAX_LOST_SHARE * previousIds.size;
  const removes = !isTooMany || promoteWorse;
  const removed = removes ? new Set(over.map(({ id }) => id)) : new Set<string>();
  const kept = new Map<string, Paper>();
  const state: Record<string, GoneState['papers'][string]> = {};
  for (const paper of missing) {
    if (removed.has(paper.id)) continue;
    const entry = entryOf(paper);
    state[paper.id] = entry;
    const { goneSince: _, ...fields } = paper;
    kept.set(paper.id, gone === 'keep' ? fields : { ...fields, goneSince: entry.since });
  }
  const newPapers = papers.filter(({ id }) => !previousIds.has(id)).map(({ id }) => id);
  const ids = kept.size === 0 ? papers.map(({ id }) => id) : [...order.filter((id) => !removed.has(id)), ...newPapers];
  const deleted = new Set(missing.filter(isDeleted).map(({ id }) => id));
  return {
    papers: ids.map((id) => bySource.get(id) ?? kept.get(id)).filter((paper) => paper !== undefined),
    changes: {
      newPapers,
      changed,
      kept: [...kept.keys()].filter((id) => !deleted.has(id)),
      removed: [...removed].filter((id) => !deleted.has(id)),
      deleted: [...deleted],
      keptAbstracts,
      heldBack: removes ? 0 : over.length,
      heldBackDeleted: removes ? 0 : deleted.size,
    },
    state: { night, papers: state },
  };
}

/**
 * Creates a function that tells whether a paper of the previous snapshot is in the sources under another id: its title
 * is the same, and one of the two ids was made from it. It would else stay beside its successor for ever.
 */
function createTitleLookup(papers: readonly Paper[]): (old: Paper) => boolean {
  let byTitle: Map<string, Paper> | undefined;
  const hasMadeId = ({ id, title }: Paper) => id.startsWith(idFromTitle(title));
  return (old) => {
    byTitle ??= new Map(papers.map((paper) => [titleKey(paper.title), paper]));
    const paper = byTitle.get(titleKey(old.title));
    return paper !== undefined && (hasMadeId(old) || hasMadeId(paper));
  };
}

/** The fields of a paper as one text, for comparison. The database counts listed authors; sources need not. */
function comparable({ goneSince: _, ...paper }: Paper): string {
  return JSON.stringify(Object.entries({ ...paper, authorCount: paper.authorCount ?? paper.authors?.length }).sort());
}

/** What a person should know of the papers and abstracts that the sources lack: one sentence each. */
export function goneWarnings(
  { kept, removed, deleted, keptAbstracts, heldBack, heldBackDeleted }: PaperChanges,
  { gone, goneNights }: Pick<Config, 'gone' | 'goneNights'>,
): string[] {
  const stay = { keep: 'they are kept', mark: 'they are marked', remove: `they leave after ${goneNights} nights` }[
    gone
  ];
  const waiting = kept.length - (heldBack - heldBackDeleted);
  return [
    ...(waiting > 0
      ? [`${waiting} papers of the previous snapshot are in no source: ${stay} (option gone: ${gone})`]
      : []),
    ...(removed.length > 0
      ? [`${removed.length} papers left, because no source gave them for ${goneNights} nights`]
      : []),
    ...(deleted.length > 0
      ? [
          `${deleted.length} papers are deleted in their source: ` +
            `${{ keep: 'they are kept', mark: 'they are marked', remove: heldBack > 0 ? 'they are marked' : 'they left' }[gone]} ` +
            `(option gone: ${gone})`,
        ]
      : []),
    ...(heldBack > 0
      ? [
          `${heldBack} papers would leave at once, more than a fifth of all: they are kept, because a source is probably ` +
            'broken; if they are meant to go, run again with --promote-worse true',
        ]
      : []),
    ...(keptAbstracts > 0
      ? [`${keptAbstracts} papers came without an abstract and keep the one they had; see whether a source is broken`]
      : []),
  ];
}

/** Reads which papers were gone after the last night. Counting begins anew, with a warning, if the file is damaged. */
export function readGoneState(dataDir: string, warn: (line: string) => void): GoneState | undefined {
  const { gonePapers } = dataPaths(dataDir);
  if (!existsSync(gonePapers)) return undefined;
  try {
    return stateSchema.parse(JSON.parse(readFileSync(gonePapers, 'utf8')));
  } catch (error) {
    warn(`${gonePapers}: cannot be read, the nights of gone papers are counted anew (${errorMessage(error)})`);
    return undefined;
  }
}

/** Remembers which papers are gone; writes nothing if none is and none was. */
export function writeGoneState(dataDir: string, state: GoneState): void {
  const { gonePapers } = dataPaths(dataDir);
  if (Object.keys(state.papers).length === 0 && !existsSync(gonePapers)) return;
  const text = `${JSON.stringify(state)}\n`;
  if (existsSync(gonePapers) && readFileSync(gonePapers, 'utf8') === text) return;
  writeAtomically(gonePapers, text);
}
