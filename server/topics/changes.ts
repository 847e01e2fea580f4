import { PaperfieldError } from '../../pipeline/core/errors.ts';
import type { TopicRecord } from '../../pipeline/core/topic-records.ts';
import type { Part, TopicEvent } from '../../pipeline/topics/identity.ts';
import type { TopicChanges } from '../../pipeline/topics/match-topics.ts';
import type { TopicChangesAnswer, TopicEventAnswer } from '../schemas/topics.ts';

/** What became of topics since the snapshot before, told with names. */
export interface TopicLedger {
  readonly levels: TopicChangesAnswer['levels'];
  /** The events that a topic had, or had a part in. */
  about(id: number): TopicEventAnswer[];
  /** What to say to one who asks for a topic that is not there. */
  missing(id: number | string): PaperfieldError;
}

export function openLedger(changes: TopicChanges, named: readonly Pick<TopicRecord, 'id' | 'name'>[]): TopicLedger {
  // A topic that lives on is called as it is called now.
  const names = new Map([...changes.names, ...named].map(({ id, name }) => [id, name]));
  const nameOf = (id: number) => names.get(id) ?? `topic ${id}`;
  const levels = changes.levels.map(({ level, events }) => ({
    level,
    events: events.map((event) => withNames(event, nameOf)),
  }));
  const events = levels.flatMap((level) => level.events);
  return {
    levels,
    about: (id) => events.filter((event) => event.id === id || partsOf(event).some((part) => part.id === id)),
    missing(id) {
      const died = events.find((event) => event.kind === 'died' && event.id === id);
      const heirs = died ? partsOf(died).map((part) => `${part.id} '${part.name}' (${percent(part.share)})`) : [];
      const became = heirs.length > 0 ? `, its papers went to ${heirs.join(', ')}` : '';
      const isPrevious = changes.names.some((one) => one.id === id);
      return new PaperfieldError(
        'not_found',
        isPrevious ? `topic ${id} '${nameOf(Number(id))}' is no more${became}` : `no topic has the id '${id}'`,
      );
    },
  };
}

function withNames(event: TopicEvent, nameOf: (id: number) => string): TopicEventAnswer {
  const name = nameOf(event.id);
  const named = (parts: readonly Part[]) => parts.map((part) => ({ ...part, name: nameOf(part.id) }));
  switch (event.kind) {
    case 'born':
    case 'merged':
      return { ...event, name, from: named(event.from) };
    case 'died':
    case 'split':
      return { ...event, name, into: named(event.into) };
    default:
      return { ...event, name };
  }
}

function partsOf(event: TopicEventAnswer) {
  if ('from' in event) return event.from;
  return 'into' in event ? event.into : [];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
