/** Topics as they stand in lists: a dot in the topic's color and its name. */
import type { Atlas } from '../app/map-data.ts';
import { OUTLIER, toneCss } from '../map/color/palette.ts';
import { el } from '../ui/dom.ts';

export interface Tags {
  dot(topic: number | null): HTMLElement;
  /** Words only, for places that are not pressed. */
  label(topic: number | null): HTMLElement | null;
  /** A topic that opens when pressed, whether it is shown or above or below those that are; null for an unknown one. */
  ofTopic(topic: number): HTMLElement | null;
  /** The topic of a paper, which opens when pressed; null for a paper of none. */
  ofPaper(id: string): HTMLElement | null;
}

export function createTags(atlas: Atlas, open: (topic: number) => void): Tags {
  const dot = (topic: number | null) => {
    const known = topic === null ? OUTLIER : atlas.toneOf(topic);
    const tone = known ?? OUTLIER;
    // What is larger than the topics that are shown has papers of many colors.
    const mark = el('span', { class: known === null ? 'dot many' : 'dot', 'aria-hidden': 'true' });
    mark.style.setProperty('--tone-light', toneCss(tone, 'light'));
    mark.style.setProperty('--tone-dark', toneCss(tone, 'dark'));
    return mark;
  };
  const ofTopic = (topic: number) => {
    const found = atlas.tree.topic(topic);
    if (!found) return null;
    const button = el('button', { type: 'button', class: 'tag' }, dot(topic), el('span', {}, found.name));
    button.title = `Topic: ${found.name}`;
    button.addEventListener('click', () => open(topic));
    return button;
  };
  return {
    dot,
    label(topic) {
      const found = atlas.topic(topic);
      return found ? el('span', { class: 'tag' }, dot(topic), el('span', {}, found.name)) : null;
    },
    ofTopic,
    ofPaper(id) {
      const topic = atlas.topicOf(id);
      return topic === null ? null : ofTopic(topic);
    },
  };
}
