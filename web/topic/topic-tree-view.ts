/**
 * Shows all topics as a tree of links (WAI-ARIA Authoring Practices, 'Navigation Treeview'). The tree is a single tab
 * stop. The arrow keys up and down move through the visible rows, right and left open and close a topic, and a letter
 * moves to the next name that begins with it.
 */
import { append, el, onHoverOrFocus, onPlainClick } from '../ui/dom.ts';
import { formatNumber } from '../ui/format.ts';
import { createIcon } from '../ui/icons.ts';
import type { TopicTreeLookup, TreeTopic } from './topic-lookup.ts';

/** The topics of the tree, and what its links do. */
export interface TopicTreeViewInput {
  label: string;
  tree: TopicTreeLookup;
  dot(topic: number): HTMLElement;
  href(topic: number): string;
  open(topic: number): void;
  /** Called with a topic when it is hovered or focused, and with null when that ends. */
  hover(topic: number | null): void;
  /** The topic whose view contains the tree, which is marked in it; null for none. */
  current: number | null;
  /** The topics that are expanded at the start. */
  expanded: ReadonlySet<number>;
}

/** A row of the tree: one topic. */
interface Row {
  topic: TreeTopic;
  link: HTMLAnchorElement;
  /** The list of the subtopics' rows, filled when it is first expanded; null without subtopics. */
  group: HTMLElement | null;
  parent: Row | null;
}

export function createTopicTreeView(input: TopicTreeViewInput): HTMLElement {
  const root = el('ul', { class: 'topic-tree', role: 'tree', 'aria-label': input.label });
  const rows = new Map<HTMLElement, Row>();

  const isExpanded = ({ link }: Row) => link.getAttribute('aria-expanded') === 'true';
  const setExpanded = (row: Row, expanded: boolean) => {
    if (!row.group) return;
    if (expanded && row.group.childElementCount === 0) addRows(row.group, input.tree.subtopicsOf(row.topic.id), row);
    row.link.setAttribute('aria-expanded', String(expanded));
    row.group.hidden = !expanded;
    // The tab stop must be a visible row. If it is hidden now, the collapsed row becomes the tab stop.
    if (!expanded && row.group.querySelector('[tabindex="0"]')) makeTabStop(row);
  };
  const makeTabStop = ({ link }: Row) => {
    for (const other of rows.values()) other.link.tabIndex = other.link === link ? 0 : -1;
  };

  const addRows = (list: HTMLElement, topics: readonly TreeTopic[], parent: Row | null) => {
    for (const [i, topic] of topics.entries()) {
      const hasSubtopics = input.tree.subtopicsOf(topic.id).length > 0;
      const level = parent ? Number(parent.link.getAttribute('aria-level')) + 1 : 1;
      const toggle = el(
        'span',
        { class: 'tree-toggle', 'aria-hidden': 'true' },
        hasSubtopics && createIcon('chevronRight'),
      );
      const link = el(
        'a',
        {
          class: 'topic-tree-row',
          role: 'treeitem',
          href: input.href(topic.id),
          tabindex: -1,
          'aria-level': level,
          'aria-setsize': topics.length,
          'aria-posinset': i + 1,
          'aria-expanded': hasSubtopics ? 'false' : null,
          'aria-current': topic.id === input.current ? 'page' : null,
        },
        toggle,
        input.dot(topic.id),
        el('span', { class: 'topic-tree-name' }, topic.name),
        ' ',
        el(
          'span',
          { class: 'topic-tree-size' },
          formatNumber(topic.size),
          el('span', { class: 'visually-hidden' }, ' papers'),
        ),
      );
      link.style.setProperty('--depth', String(level - 1));
      const group = hasSubtopics ? el('ul', { role: 'group', hidden: true }) : null;
      const row: Row = { topic, link, group, parent };
      rows.set(link, row);
      onPlainClick(link, () => input.open(topic.id));
      toggle.addEventListener('click', (event) => {
        if (!group) return;
        event.preventDefault();
        event.stopPropagation();
        setExpanded(row, !isExpanded(row));
      });
      onHoverOrFocus(
        link,
        () => input.hover(topic.id),
        () => input.hover(null),
      );
      append(list, el('li', { role: 'none' }, link, group));
      if (input.expanded.has(topic.id)) setExpanded(row, true);
    }
  };

  const focusRow = (row: Row | null | undefined) => {
    if (!row) return;
    makeTabStop(row);
    row.link.focus();
  };
  const visibleLinks = () =>
    [...root.querySelectorAll<HTMLElement>('[role=treeitem]')].filter((link) => link.offsetParent);

  root.addEventListener('keydown', (event) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const row = rows.get(event.target as HTMLElement);
    if (!row) return;
    const links = visibleLinks();
    const current = links.indexOf(row.link);
    const focusAt = (i: number) => focusRow(rows.get(links[i]));
    if (event.key === 'ArrowDown') focusAt(Math.min(current + 1, links.length - 1));
    else if (event.key === 'ArrowUp') focusAt(Math.max(current - 1, 0));
    else if (event.key === 'Home') focusAt(0);
    else if (event.key === 'End') focusAt(links.length - 1);
    else if (event.key === 'ArrowRight') {
      if (row.group && isExpanded(row)) focusAt(current + 1);
      else setExpanded(row, true);
    } else if (event.key === 'ArrowLeft') {
      if (row.group && isExpanded(row)) setExpanded(row, false);
      else focusRow(row.parent);
    } else if (/^\p{L}$/u.test(event.key)) {
      const following = [...links.slice(current + 1), ...links.slice(0, current)].map((link) => rows.get(link));
      focusRow(following.find((other) => other?.topic.name.toLowerCase().startsWith(event.key.toLowerCase())));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener('focusin', (event) => {
    const row = rows.get(event.target as HTMLElement);
    if (row) makeTabStop(row);
  });

  addRows(root, input.tree.roots, null);
  const all = [...rows.values()];
  const start = all.find(({ topic }) => topic.id === input.current) ?? all[0];
  if (start) makeTabStop(start);
  return root;
}
