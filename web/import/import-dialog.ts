/** The dialog 'Add papers': files are chosen or dropped, sent, shown as a preview, and imported or discarded. */
import type { ImportPolicy, ImportState } from '../../server/schemas/import.ts';
import * as api from '../app/api.ts';
import { homePatch } from '../app/page-state.ts';
import type { Store } from '../app/store.ts';
import { announce, el } from '../ui/dom.ts';
import { formatCount, toSentence } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import { keepImportNote } from './drop-and-note.ts';
import { createImportPreview } from './import-preview.ts';
import { FORMATS_TEXT, formatBytes, outcomeText, progressText, stageText } from './import-texts.ts';

/** How often the server is asked how far it is, in milliseconds. */
const POLL_MS = 500;
/** So often a poll may fail in a row, because the server is busy, before the import counts as lost. */
const MAX_FAILED_POLLS = 10;
/** How long a server may take to switch to the new snapshot, in milliseconds. */
const SWITCH_MS = 30_000;

export interface ImportDialog {
  /** Opens the dialog; with files, sends them at once. */
  open(files?: readonly File[]): void;
}

export interface ImportDialogInput {
  policy: ImportPolicy;
  store: Pick<Store, 'href'>;
  /** The snapshot that the page shows. */
  snapshot: string;
}

/** An import that the dialog follows. */
interface Running {
  /** null until the server has given one. */
  id: string | null;
  state: ImportState['state'];
  readonly stop: AbortController;
}

export function createImportDialog({ policy, store, snapshot }: ImportDialogInput): ImportDialog {
  const heading = el('h2', { id: 'import-title', tabindex: -1 }, 'Add papers');
  const close = el('button', { type: 'button', class: 'ghost', 'aria-label': 'Close' }, createIcon('close'));
  const body = el('div', { class: 'import-body' });
  const actions = el('div', { class: 'actions import-actions' });
  const dialog = el(
    'dialog',
    { class: 'import-dialog', 'aria-labelledby': 'import-title' },
    el('div', { class: 'import-head' }, heading, close),
    body,
    actions,
  );
  document.body.append(dialog);

  /** The import that the dialog shows; null before files were chosen. */
  let current = null as Running | null;

  const button = (label: string, act: () => void, kind = 'button') => {
    const element = el('button', { type: 'button', class: kind }, label);
    element.addEventListener('click', act);
    return element;
  };
  const show = (content: readonly (Node | string)[], buttons: readonly HTMLElement[]) => {
    const hadFocus = dialog.contains(document.activeElement) && document.activeElement !== heading;
    body.replaceChildren(...content);
    actions.replaceChildren(...buttons);
    body.scrollTop = 0;
    // A button that was pressed is gone; the focus stays in the dialog.
    if (hadFocus && dialog.open) heading.focus({ preventScroll: true });
  };

  const showChoice = (problem?: unknown) => {
    current = null;
    const input = el('input', { type: 'file', multiple: true, id: 'import-files', class: 'visually-hidden' });
    input.addEventListener('change', () => void send([...(input.files ?? [])]));
    const label = el('label', { for: 'import-files', class: 'button primary' }, 'Choose files…');
    const limit = `Up to ${formatBytes(policy.maxBytes)} at once. You see a preview before anything is added.`;
    const content: HTMLElement[] = [
      el('div', { class: 'import-zone' }, el('p', {}, 'Drop files here, or'), input, label),
      el('p', { class: 'muted small' }, FORMATS_TEXT),
      el('p', { class: 'muted small' }, limit),
    ];
    if (problem !== undefined) {
      content.unshift(el('div', { class: 'error-notice', role: 'alert' }, el('p', {}, api.errorMessage(problem))));
    }
    show(content, []);
  };

  /** A bar with what it stands for. Its value is set by `update`; without a value it moves. */
  const createProgress = (label: string) => {
    const text = el('p', { role: 'status' }, label);
    const note = el('p', { class: 'muted small import-note-line' });
    const bar = el('progress', { class: 'import-progress', 'aria-label': label });
    return {
      elements: [text, bar, note],
      update(what: string, share: number | null, detail: string) {
        // What screen readers are told changes with the stage only.
        if (text.textContent !== what) text.textContent = what;
        bar.setAttribute('aria-label', what);
        note.textContent = detail;
        if (share === null) bar.removeAttribute('value');
        else bar.value = share;
      },
    };
  };

  const send = async (files: readonly File[]) => {
    if (files.length === 0) return;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    if (total > policy.maxBytes) {
      const limit = formatBytes(policy.maxBytes);
      return showChoice(
        new Error(
          `These files have ${formatBytes(total)} together, more than ${limit}. Use paperfield import for them.`,
        ),
      );
    }
    const mine: Running = { id: null, state: 'uploading', stop: new AbortController() };
    current = mine;
    const progress = createProgress(files.length === 1 ? `Sending ${files[0].name}` : 'Sending files');
    show(progress.elements, [button('Cancel', discard)]);
    try {
      const { id } = await api.createImport(mine.stop.signal);
      mine.id = id;
      let sent = 0;
      for (const [i, file] of files.entries()) {
        const what = files.length === 1 ? `Sending ${file.name}` : `Sending ${i + 1} of ${files.length}: ${file.name}`;
        const update = (bytes: number) =>
          progress.update(
            what,
            total === 0 ? null : (sent + bytes) / total,
            `${formatBytes(sent + bytes)} of ${formatBytes(total)}`,
          );
        update(0);
        await api.sendImportFile(id, file, update, mine.stop.signal);
        sent += file.size;
      }
      showState(mine, await api.readImport(id, mine.stop.signal));
      await follow(mine, id);
    } catch (error) {
      fail(mine, error);
    }
  };

  const isCurrent = (mine: Running) => current === mine && !mine.stop.signal.aborted;
  const fail = (mine: Running, error: unknown) => {
    if (!isCurrent(mine)) return;
    if (mine.id !== null) void api.discardImport(mine.id).catch(() => undefined);
    showChoice(error);
    if (!dialog.open) announce(`Adding papers failed. ${api.errorMessage(error)}`);
  };

  /** Asks the server how far it is until nothing goes on any more. */
  const follow = async (mine: Running, id: string) => {
    let failures = 0;
    while (isCurrent(mine) && (mine.state === 'reading' || mine.state === 'importing')) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      if (!isCurrent(mine)) return;
      try {
        const state = await api.importState(id, mine.stop.signal);
        failures = 0;
        if (isCurrent(mine)) showState(mine, state);
      } catch (error) {
        if (!isCurrent(mine)) return;
        if (api.isClientError(error) || ++failures >= MAX_FAILED_POLLS) throw error;
      }
    }
  };

  let work: ReturnType<typeof createProgress> | null = null;
  const showState = (mine: Running, state: ImportState) => {
    const isSame = mine.state === state.state;
    mine.state = state.state;
    switch (state.state) {
      case 'reading': {
        if (isSame) return;
        const what = `Reading ${state.files.length === 1 ? state.files[0].name : formatCount(state.files.length, 'file')}`;
        show(createProgress(what).elements, [button('Cancel', discard)]);
        return;
      }
      case 'preview': {
        const { papers } = state.preview;
        const start = button(
          `Import ${formatCount(papers, 'paper')}`,
          () => void run(mine, state.id),
          'button primary',
        );
        show([createImportPreview(state.preview)], [...(papers > 0 ? [start] : []), button('Discard', discard)]);
        announce(`Preview of ${formatCount(papers, 'paper')}`);
        return;
      }
      case 'importing': {
        if (!isSame || work === null) {
          work = createProgress('Starting');
          const hide = button('Continue in background', () => dialog.close());
          show(work.elements, [hide, button('Stop', discard)]);
        }
        if (!state.progress) return;
        const { done, total } = state.progress;
        const share = total == null || total === 0 ? null : Math.min(1, done / total);
        work.update(stageText(state.progress), share, progressText(state.progress));
        return;
      }
      case 'done':
        void showDone(mine, state);
        return;
      case 'failed':
        fail(mine, new Error(toSentence(state.message)));
        return;
      default:
        return;
    }
  };

  const run = async (mine: Running, id: string) => {
    try {
      showState(mine, await api.startImport(id, mine.stop.signal));
      await follow(mine, id);
    } catch (error) {
      fail(mine, error);
    }
  };

  /** Says what was done, and loads the page anew when the server has the new papers, if the dialog is still open. */
  const showDone = async (mine: Running, { outcome, id }: Extract<ImportState, { state: 'done' }>) => {
    void api.discardImport(id).catch(() => undefined);
    const text = outcomeText(outcome);
    announce(text);
    if (outcome.snapshot === snapshot) {
      show([el('p', { class: 'import-summary' }, text)], [button('Close', () => dialog.close()), another()]);
      return;
    }
    const wait = createProgress(`${text} Opening the new map`);
    show(wait.elements, []);
    for (const until = performance.now() + SWITCH_MS; performance.now() < until; ) {
      const status = await api.status().catch(() => null);
      if (status?.snapshot.id === outcome.snapshot) break;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    if (!isCurrent(mine)) return;
    current = null;
    // Someone who went on working is not interrupted: the page offers to refresh by itself.
    if (!dialog.open) return;
    keepImportNote(text);
    const address = outcome.added > 0 ? store.href({ ...homePatch, since: snapshot, view: null }) : location.href;
    if (new URL(address, location.href).href === location.href) location.reload();
    else location.assign(address);
  };
  const another = () => button('Add more…', () => showChoice());

  /** Ends what is going on and forgets it. */
  const discard = () => {
    const ended = current;
    current = null;
    ended?.stop.abort();
    if (ended?.id) void api.discardImport(ended.id).catch(() => undefined);
    dialog.close();
  };
  const leave = () => {
    if (current?.state === 'importing' || current?.state === 'done') dialog.close();
    else discard();
  };
  close.addEventListener('click', leave);
  dialog.addEventListener('cancel', (event) => {
    // A file dialog that is closed with Escape also sends this event.
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  });

  return {
    open(files) {
      if (!dialog.open) dialog.showModal();
      if (current === null || current.state === 'failed') showChoice();
      if (!files) return;
      // What was shown of other files is replaced, unless it is being imported.
      if (current?.state === 'importing' || current?.state === 'done') return;
      current?.stop.abort();
      if (current?.id) void api.discardImport(current.id).catch(() => undefined);
      void send(files);
    },
  };
}
