/**
 * Topics as an outline, the map in words: a tree of links (WAI-ARIA Authoring Practices, 'Navigation Treeview'). Tab enters
 * it once; up and down walk what is shown, right and left open and close, letters find a name.
 */
import { append, el, onPress } from '../ui/dom.ts';
import { grouped } from '../ui/format.ts';
import { icon } from '../ui/icons.ts';
import type { TopicTree, TreeTopic } from './topic-tree.ts';

export interface OutlineInput {
  label: string;
  tree: TopicTree;
  dot(topic: number): HTMLElement;
  href(topic: number): string;
  open(topic: number): void;
  /** null: none is pointed at. */
  point(topic: number | null): void;
  /** The topic that is shown; null: none is. */
  current: number | null;
  /** Topics whose parts are shown from the start. */
  opened: ReadonlySet<number>;
}

interface Row {
  topic: TreeTopic;
  link: HTMLAnchorElement;
  group: HTMLElement | null;
  above: Row | null;
}

export function createOutline(input: OutlineInput): HTMLElement {
  const root = el('ul', { class: 'outline', role: 'tree', 'aria-label': input.label });
  const rows = new Map<HTMLElement, Row>();

  const isOpen = ({ link }: Row) => link.getAttribute('aria-expanded') === 'true';
  const set = (row: Row, open: boolean) => {
    if (!row.group) return;
    if (open && row.group.childElementCount === 0) fill(row.group, input.tree.partsOf(row.topic.id), row);
    row.link.setAttribute('aria-expanded', String(open));
    row.group.hidden = !open;
    // What is hidden cannot keep the one way in.
    if (!open && row.group.querySelector('[tabindex="0"]')) enterAt(row);
  };
  const enterAt = ({ link }: Row) => {
    for (const other of rows.values()) other.link.tabIndex = other.link === link ? 0 : -1;
  };

  const fill = (list: HTMLElement, topics: readonly TreeTopic[], above: Row | null) => {
    for (const [i, topic] of topics.entries()) {
      const parts = input.tree.partsOf(topic.id);
      const level = above ? Number(above.link.getAttribute('aria-level')) + 1 : 1;
      const twist = el('span', { class: 'twist', 'aria-hidden': 'true' }, parts.length > 0 && icon('next'));
      const link = el(
        'a',
        {
          class: 'outline-row',
          role: 'treeitem',
          href: input.href(topic.id),
          tabindex: -1,
          'aria-level': level,
          'aria-setsize': topics.length,
          'aria-posinset': i + 1,
          'aria-expanded': parts.length > 0 ? 'false' : null,
          'aria-current': topic.id === input.current ? 'page' : null,
        },
        twist,
        input.dot(topic.id),
        el('span', { class: 'outline-name' }, topic.name),
        ' ',
        el('span', { class: 'outline-size' }, grouped(topic.size), el('span', { class: 'unseen' }, ' papers')),
      );
      link.style.setProperty('--depth', String(level - 1));
      const group = parts.length > 0 ? el('ul', { role: 'group', hidden: true }) : null;
      const row: Row = { topic, link, group, above };
      rows.set(link, row);
      onPress(link, () => input.open(topic.id));
      twist.addEventListener('click', (event) => {
        if (!group) return;
        event.preventDefault();
        event.stopPropagation();
        set(row, !isOpen(row));
      });
      for (const event of ['pointerenter', 'focus']) link.addEventListener(event, () => input.point(topic.id));
      for (const event of ['pointerleave', 'blur']) link.addEventListener(event, () => input.point(null));
      append(list, el('li', { role: 'none' }, link, group));
      if (input.opened.has(topic.id)) set(row, true);
    }
  };

  const go = (row: Row | null | undefined) => {
    if (!row) return;
    enterAt(row);
    row.link.focus();
  };
  const shown = () => [...root.querySelectorAll<HTMLElement>('[role=treeitem]')].filter((link) => link.offsetParent);
  const at = (links: readonly HTMLElement[], i: number) => go(rows.get(links[i]!));

  root.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const row = rows.get(event.target as HTMLElement);
    if (!row) return;
    const links = shown();
    const here = links.indexOf(row.link);
    if (event.key === 'ArrowDown') at(links, Math.min(here + 1, links.length - 1));
    else if (event.key === 'ArrowUp') at(links, Math.max(here - 1, 0));
    else if (event.key === 'Home') at(links, 0);
    else if (event.key === 'End') at(links, links.length - 1);
    else if (event.key === 'ArrowRight') {
      if (row.group && isOpen(row)) at(links, here + 1);
      else set(row, true);
    } else if (event.key === 'ArrowLeft') {
      if (row.group && isOpen(row)) set(row, false);
      else go(row.above);
    } else if (/^\p{L}$/u.test(event.key)) {
      const begins = (link: HTMLElement) =>
        rows.get(link)!.topic.name.toLowerCase().startsWith(event.key.toLowerCase());
      const after = [...links.slice(here + 1), ...links.slice(0, here)];
      go(rows.get(after.find(begins)!));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener('focusin', (event) => {
    const row = rows.get(event.target as HTMLElement);
    if (row) enterAt(row);
  });

  fill(root, input.tree.tops, null);
  const all = [...rows.values()];
  const first = all.find(({ topic }) => topic.id === input.current) ?? all[0];
  if (first) enterAt(first);
  return root;
}
