/** What is wrong with the query, under the search field. */
import { byId } from '../dom.ts';

/** Who is still typing is not told at once: most half-written filters are wrong. */
const PATIENCE_MS = 900;

export interface QueryProblem {
  /** `soon`: a person may still be typing. */
  show(message: string, soon: boolean): void;
  /** What has not been said yet is not said now. */
  hold(): void;
  clear(): void;
}

export function createQueryProblem(): QueryProblem {
  const input = byId('q', HTMLInputElement);
  const line = byId('query-problem', HTMLElement);
  let timer = 0;

  const put = (message: string) => {
    if (line.textContent === message) return;
    line.textContent = message;
    if (message === '') {
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
    } else {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', line.id);
    }
  };
  return {
    show(message, soon) {
      clearTimeout(timer);
      // What already stands there is put right at once.
      if (!soon || line.textContent !== '') put(message);
      else timer = setTimeout(() => put(message), PATIENCE_MS) as unknown as number;
    },
    hold: () => clearTimeout(timer),
    clear() {
      clearTimeout(timer);
      put('');
    },
  };
}
