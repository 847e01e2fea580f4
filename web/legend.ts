/** All topics, the largest first: colour, name, number of papers. Pointing lights a topic, pressing opens it. */
import type { Atlas } from './atlas.ts';
import { el } from './dom.ts';
import type { Tags } from './tags.ts';

export interface LegendEvents {
  open(topic: number): void;
  /** −1: the papers of no topic; null: none is pointed at. */
  point(topic: number | null): void;
}

export function createLegend(atlas: Atlas, tags: Tags, events: LegendEvents): HTMLElement {
  const list = el('ul', { class: 'legend' });
  const row = (topic: number, dot: HTMLElement, name: string, size: number, pressed: boolean) => {
    const content = [
      dot,
      el('span', { class: 'legend-name' }, name),
      el('span', { class: 'legend-size' }, String(size)),
    ];
    const line = pressed
      ? el('button', { type: 'button', class: 'legend-row' }, ...content)
      : el('div', { class: 'legend-row' }, ...content);
    if (pressed) line.addEventListener('click', () => events.open(topic));
    for (const event of ['pointerenter', 'focus']) line.addEventListener(event, () => events.point(topic));
    for (const event of ['pointerleave', 'blur']) line.addEventListener(event, () => events.point(null));
    list.appendChild(el('li', {}, line));
  };
  for (const topic of atlas.topics) row(topic.id, tags.dot(topic.id), topic.name, topic.size, true);
  if (atlas.outliers > 0) row(-1, tags.dot(null), 'Between the topics', atlas.outliers, false);
  return list;
}
