/** Asks now and then whether the server has newer papers, and offers them. Never takes the page away from a reader. */
import type { StatusAnswer } from '../server/contract.ts';
import * as api from './api.ts';
import { byId } from './dom.ts';

const EVERY_MS = 30_000;

/** @param seen called with every answer. */
export function watchSnapshot(snapshot: string, seen: (status: StatusAnswer) => void): void {
  const notice = byId('notice', HTMLElement);
  let dismissed = snapshot;

  byId('refresh', HTMLButtonElement).addEventListener('click', () => location.reload());
  byId('later', HTMLButtonElement).addEventListener('click', () => {
    dismissed = notice.dataset.snapshot ?? dismissed;
    notice.hidden = true;
  });

  const ask = async () => {
    if (document.hidden) return;
    // A server that is away for a while is no news: the next answer counts.
    const status = await api.status().catch(() => null);
    if (!status) return;
    seen(status);
    const { id } = status.snapshot;
    if (id === snapshot || id === dismissed) return;
    notice.dataset.snapshot = id;
    notice.hidden = false;
  };
  setInterval(ask, EVERY_MS);
  document.addEventListener('visibilitychange', ask);
}
