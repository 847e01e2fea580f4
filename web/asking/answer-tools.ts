/** What is done with an answer from the line above its papers: narrowed, saved, put into another order. */
import type { ToldAnswer } from '../selection/searched.ts';
import { createNarrowing, type NarrowingInput } from './narrow.ts';
import { createOrderChoice } from './order.ts';
import { createSaveListed } from './save-listed.ts';

export interface AnswerTools {
  /** In the line. */
  inLine: readonly HTMLElement[];
  /** Under it, where they are opened. */
  panels: readonly HTMLElement[];
  /** null: there is no answer to do anything with. */
  show(answer: ToldAnswer | null): void;
  /** More of the same answer is listed. */
  grown(): void;
}

/** @param listed the papers that are listed now, in their order */
export function createAnswerTools(input: NarrowingInput, listed: () => readonly { id: string }[]): AnswerTools {
  const narrowing = createNarrowing(input);
  const saving = createSaveListed(listed);
  const order = createOrderChoice(input.find);
  let query: string | null = null;
  return {
    inLine: [narrowing.button, saving.button, order.element],
    panels: [narrowing.element, saving.element],
    show(answer) {
      query = answer && answer.hits.length > 0 ? answer.query : null;
      for (const part of [narrowing, order]) part.show(answer);
      saving.show(query);
    },
    grown: () => saving.show(query),
  };
}
