/** The focus is never lost: when what has it goes away, is hidden or can no longer be pressed, the list takes it. */
import { byId } from './dom.ts';

const canHold = (element: HTMLElement) =>
  element.isConnected && element.checkVisibility() && !element.matches(':disabled');

export function keepFocus(): void {
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
    requestAnimationFrame(() => {
      // A press beside it, or another window, is a person's own wish.
      if (document.activeElement !== document.body || canHold(target)) return;
      byId('papers', HTMLElement).focus({ preventScroll: true });
    });
  });
}
