/** What lies over the map while someone selects: outlines of the selected areas, the area being drawn, and its count. */
import type { MapArea, RegionPart } from '../../pipeline/core/query/region.ts';
import type { World } from '../map/camera.ts';
import type { PaperMap } from '../map/map.ts';
import { el } from '../ui/dom.ts';
import { formatCount } from '../ui/format.ts';

const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

export interface Outlines {
  showRegion(parts: readonly RegionPart[]): void;
  /** Shows the area being drawn; null: none. */
  showStroke(area: MapArea | null): void;
}

/** Outlines are in world coordinates: when the map moves, only the group's transform changes. */
export function createOutlines(host: HTMLElement, map: PaperMap, world: World): Outlines {
  const svg = appendSvg(host, 'svg', 'outlines');
  svg.setAttribute('aria-hidden', 'true');
  const group = appendSvg(svg, 'g');
  const region = appendSvg(group, 'g');
  const stroke = appendSvg(group, 'path', 'outline drawn');

  map.onFrame(({ transform: { x, y, k } }) => group.setAttribute('transform', `translate(${x} ${y}) scale(${k})`));
  return {
    showRegion(parts) {
      region.replaceChildren();
      for (const { operation, subject } of parts) {
        if (subject.kind === 'topic' || subject.kind === 'papers') continue;
        appendSvg(region, 'path', `outline ${operation}`).setAttribute('d', pathOf(subject, world));
      }
    },
    showStroke: (area) => stroke.setAttribute('d', area === null ? '' : pathOf(area, world)),
  };
}

function appendSvg(parent: Element, name: 'svg' | 'g' | 'path', className = ''): SVGElement {
  const element = document.createElementNS(SVG_NAMESPACE, name);
  if (className) element.setAttribute('class', className);
  return parent.appendChild(element);
}

function pathOf({ kind, points }: MapArea, world: World): string {
  const corners: string[] = [];
  const add = (x: number, y: number) => corners.push(world.mapToWorld(x, y).join(' '));
  if (kind === 'lasso') {
    for (let i = 0; i < points.length; i += 2) add(points[i], points[i + 1]);
  } else {
    const [x0, y0, x1, y1] = points;
    add(x0, y0);
    add(x1, y0);
    add(x1, y1);
    add(x0, y1);
  }
  return `M${corners.join('L')}Z`;
}

/** The number of papers that would be selected, beside the pointer. Screen readers hear it when the area is finished. */
export interface CountBadge {
  /** @param pointer its position in the host, in pixels; `isTouch`: a finger would cover what is below it */
  show(papers: number, pointer: readonly [x: number, y: number], isTouch: boolean): void;
  hide(): void;
}

/** Pixels between the pointer and the badge. */
const POINTER_GAP = 16;
const FINGER_GAP = 44;
/** Pixels kept free at the edges of the map. */
const EDGE = 4;

export function createCountBadge(host: HTMLElement): CountBadge {
  const badge = el('div', { class: 'count-badge', 'aria-hidden': 'true', hidden: true });
  host.appendChild(badge);
  return {
    show(papers, [x, y], isTouch) {
      badge.textContent = formatCount(papers, 'paper');
      badge.hidden = false;
      const { offsetWidth: width, offsetHeight: height } = badge;
      let left: number;
      let top: number;
      if (isTouch) {
        left = Math.min(Math.max(EDGE, x - width / 2), host.clientWidth - width - EDGE);
        top = Math.max(EDGE, y - FINGER_GAP - height);
      } else {
        // To the lower right of the pointer; on the other side where the map ends.
        left = Math.max(EDGE, x + POINTER_GAP + width <= host.clientWidth ? x + POINTER_GAP : x - POINTER_GAP - width);
        top = y + POINTER_GAP + height <= host.clientHeight ? y + POINTER_GAP : y - POINTER_GAP - height;
      }
      badge.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    hide() {
      badge.hidden = true;
    },
  };
}
