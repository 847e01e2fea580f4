/** What importing files would do, before it is done: formats, columns, counts, the first papers, what is left out. */
import type { ImportPreview } from '../../server/schemas/import.ts';
import { append, el } from '../ui/dom.ts';
import { formatCount, formatDate } from '../ui/format.ts';
import { formatName, previewTexts } from './import-texts.ts';

/** So many columns of a file are named; more are counted. */
const MAX_COLUMNS = 24;
/** So many rows the server tells of at most. */
const MAX_NOTES = 10;
/** So many authors of a paper are named. */
const MAX_AUTHORS = 3;

export function createImportPreview(preview: ImportPreview): HTMLElement {
  const [first, ...others] = previewTexts(preview);
  const element = el('div', { class: 'import-preview' }, el('p', { class: 'import-summary' }, first));
  for (const text of others) element.append(el('p', { class: 'muted' }, text));
  append(
    element,
    el('h3', { class: 'section-title' }, preview.files.length === 1 ? 'File' : 'Files'),
    ...preview.files.map(fileSection),
    ...examples(preview),
    problemList(
      'Skipped and incomplete rows',
      preview.problems
        .toSorted((a, b) => Number(b.kind === 'skipped') - Number(a.kind === 'skipped'))
        .map(({ kind, file, line, reason, excerpt }) => ({ file, line, reason: `${kind}: ${reason}`, text: excerpt })),
      preview.skipped,
    ),
    problemList(
      'Duplicates',
      preview.duplicates.map(({ file, line, reason, title }) => ({ file, line, reason, text: title })),
      preview.merged,
    ),
  );
  return element;
}

function fileSection({ name, format, columns, otherColumns, ...counts }: ImportPreview['files'][number]): HTMLElement {
  const facts = [
    formatName(format),
    formatCount(counts.rows + counts.skipped, 'row'),
    counts.papers !== counts.rows + counts.skipped && formatCount(counts.papers, 'paper'),
    counts.merged > 0 && `${counts.merged} merged`,
    counts.skipped > 0 && `${counts.skipped} skipped`,
  ].filter(Boolean);
  const section = el(
    'section',
    { class: 'import-file' },
    el('h4', { dir: 'auto' }, name),
    el('p', { class: 'muted small' }, facts.join(' · ')),
  );
  if (columns.length > 0) {
    const list = el('ul', { class: 'import-columns', 'aria-label': `Columns of ${name}` });
    for (const { field, column } of columns) {
      list.append(
        el(
          'li',
          {},
          el('b', {}, field),
          el('span', { 'aria-label': 'from' }, ' ← '),
          el('span', { dir: 'auto' }, column),
        ),
      );
    }
    section.append(list);
  }
  if (otherColumns.length > 0) {
    const named = otherColumns.slice(0, MAX_COLUMNS).join(', ');
    const rest = otherColumns.length - MAX_COLUMNS;
    const more = rest > 0 ? ` and ${rest} more` : '';
    section.append(
      el('p', { class: 'small', dir: 'auto' }, `Further columns, kept to filter and color by: ${named}${more}.`),
    );
  }
  return section;
}

function examples({ examples: papers }: ImportPreview): HTMLElement[] {
  if (papers.length === 0) return [];
  const list = el('ol', { class: 'import-examples' });
  for (const { title, authors, date } of papers) {
    const names = authors ?? [];
    const by = names.length > MAX_AUTHORS ? `${names.slice(0, MAX_AUTHORS).join(', ')} and others` : names.join(', ');
    const facts = [by, date && formatDate(date)].filter(Boolean).join(' · ');
    list.append(
      el(
        'li',
        {},
        el('span', { class: 'import-title', dir: 'auto' }, title),
        facts !== '' && el('span', { class: 'muted small', dir: 'auto' }, facts),
      ),
    );
  }
  const title = papers.length === 1 ? 'First paper' : `First ${papers.length} papers`;
  return [el('h3', { class: 'section-title' }, title), list];
}

interface RowNote {
  readonly file: string;
  readonly line?: number | null | undefined;
  readonly reason: string;
  readonly text?: string | null | undefined;
}

/** A list that is closed at first; null if it is empty. */
function problemList(title: string, notes: readonly RowNote[], total: number): HTMLElement | null {
  if (notes.length === 0) return null;
  const list = el('ul', { class: 'import-notes' });
  for (const { file, line, reason, text } of notes) {
    const place = line == null ? file : `${file}, line ${line}`;
    list.append(
      el(
        'li',
        {},
        el('span', { class: 'muted small', dir: 'auto' }, place),
        ` ${reason}`,
        text ? el('span', { class: 'import-excerpt', dir: 'auto' }, text) : null,
      ),
    );
  }
  const isPart = total > notes.length || notes.length === MAX_NOTES;
  const count =
    total > notes.length ? `first ${notes.length} of ${total}` : isPart ? `first ${notes.length}` : notes.length;
  return el('details', { class: 'import-details' }, el('summary', {}, `${title} (${count})`), list);
}
