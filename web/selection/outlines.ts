/** The areas of a selection, and the one that is being drawn, as lines over the map. */
import type { PaperMap } from '../map/map.ts';
import type { World } from '../map/world.ts';
import type { Area, Part } from './region-parts.ts';

const SPACE = 'http://www.w3.org/2000/svg';

export interface Outlines {
  show(parts: readonly Part[]): void;
  /** The area under the hand; null: none. */
  draw(area: Area | null): void;
}

function shapes(parent: SVGElement, name: 'g' | 'path', look = ''): SVGElement {
  const element = document.createElementNS(SPACE, name);
  if (look) element.setAttribute('class', look);
  parent.appendChild(element);
  return element;
}

function lineOf(area: Area, world: World): string {
  const places: string[] = [];
  const add = (x: number, y: number) => places.push(world.fromMap(x, y).join(' '));
  if (area.kind === 'lasso') for (let i = 0; i < area.points.length; i += 2) add(area.points[i]!, area.points[i + 1]!);
  else {
    const [x0, y0, x1, y1] = area.points;
    for (const [x, y] of [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
    ] as const)
      add(x, y);
  }
  return `M${places.join('L')}Z`;
}

export function createOutlines(host: HTMLElement, map: PaperMap, world: World): Outlines {
  const svg = document.createElementNS(SPACE, 'svg');
  svg.setAttribute('class', 'outlines');
  svg.setAttribute('aria-hidden', 'true');
  host.appendChild(svg);
  const ground = shapes(svg, 'g');
  const kept = shapes(ground, 'g');
  const drawn = shapes(ground, 'path', 'outline drawn');

  map.watch(({ transform: { x, y, k } }) => ground.setAttribute('transform', `translate(${x} ${y}) scale(${k})`));
  return {
    show(parts) {
      kept.replaceChildren();
      for (const { operation, subject } of parts) {
        if (subject.kind === 'topic' || subject.kind === 'papers') continue;
        shapes(kept, 'path', `outline ${operation}`).setAttribute('d', lineOf(subject, world));
      }
    },
    draw: (area) => drawn.setAttribute('d', area === null ? '' : lineOf(area, world)),
  };
}
