/** Topics as they stand in lists: a dot in the topic's colour and its name. */
import type { Atlas } from './atlas.ts';
import { el } from './dom.ts';
import { OUTLIER, toneCss } from './map/palette.ts';

export interface Tags {
  dot(topic: number | null): HTMLElement;
  /** Words only, for places that are not pressed. */
  label(topic: number | null): HTMLElement | null;
  /** The topic of a paper, which opens when pressed; null for a paper of none. */
  ofPaper(id: string): HTMLElement | null;
}

export function createTags(atlas: Atlas, open: (topic: number) => void): Tags {
  const dot = (topic: number | null) => {
    const tone = topic === null ? OUTLIER : (atlas.tones.get(topic) ?? OUTLIER);
    const mark = el('span', { class: 'dot', 'aria-hidden': 'true' });
    mark.style.setProperty('--tone-light', toneCss(tone, 'light'));
    mark.style.setProperty('--tone-dark', toneCss(tone, 'dark'));
    return mark;
  };
  return {
    dot,
    label(topic) {
      const found = atlas.topic(topic);
      return found ? el('span', { class: 'tag' }, dot(topic), el('span', {}, found.name)) : null;
    },
    ofPaper(id) {
      const topic = atlas.topicOf(id);
      const found = atlas.topic(topic);
      if (!found) return null;
      const button = el('button', { type: 'button', class: 'tag' }, dot(topic), el('span', {}, found.name));
      button.title = `Topic: ${found.name}`;
      button.addEventListener('click', () => open(found.id));
      return button;
    },
  };
}
