import type { ComparedVectors } from '../../pipeline/core/compact-vectors.ts';
import type { Snapshot } from '../../pipeline/store/snapshot-reader.ts';
import type { SearchMode } from '../contract.ts';
import type { FieldAnswer, FieldRequest } from '../contract-explore.ts';
import type { Answer, Asker } from '../search/ask.ts';
import { openField } from './field.ts';

/** What looking around is answered from. */
export interface ExploreSource {
  readonly snapshot: Snapshot<ComparedVectors>;
  readonly asker: Asker;
  ask(q: string, mode: SearchMode): Promise<Answer>;
}

/** Answers beyond search, over one snapshot. */
export interface Explore {
  field(request: FieldRequest): Promise<FieldAnswer>;
}

export function openExplore({ snapshot, asker, ask }: ExploreSource): Explore {
  const named = { snapshot: snapshot.manifest.id };
  const field = openField({ asker, map: snapshot.map, ask });
  return {
    field: async ({ q, mode }) => ({ ...named, ...(await field(q, mode)) }),
  };
}
