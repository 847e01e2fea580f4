/** Icons as SVG paths, drawn as strokes on a grid of 20 × 20. */
const paths = {
  chevronLeft: 'M12.5 4.5 7 10l5.5 5.5',
  chevronRight: 'M7.5 4.5 13 10l-5.5 5.5',
  undo: 'M7.5 5 4 8.5 7.5 12M4.4 8.5h7.1a4 4 0 0 1 0 8H8',
  redo: 'M12.5 5 16 8.5 12.5 12M15.6 8.5H8.5a4 4 0 0 0 0 8H12',
  close: 'm5 5 10 10M15 5 5 15',
  external: 'M8 5H5v10h10v-3M11 5h4v4M15 5l-6.5 6.5',
  plus: 'M10 4.5v11M4.5 10h11',
  minus: 'M4.5 10h11',
  fit: 'M4 8V4h4M12 4h4v4M16 12v4h-4M8 16H4v-4',
  rectangle: 'M4 6h12v9H4Z',
  lasso: 'M10 4c4 0 6.5 1.8 6.5 4.3S14 12.6 10 12.6 3.5 10.8 3.5 8.3 6 4 10 4ZM6.2 12c-1.2.9-1 3 .8 3s1.7 2-.2 2.2',
  checklist: 'm4 6 1.6 1.6L8.4 4.8M11 6.2h5.5M4 13l1.6 1.6 2.8-2.8M11 13.2h5.5',
  download: 'M10 3.5v9M6.3 9 10 12.7 13.7 9M4 16.5h12',
  calendar: 'M4 5.5h12V16H4ZM4 9h12M7.2 3.5v3M12.8 3.5v3',
  sliders: 'M4 4h7M15 4h1M4 10h1.5M9.5 10H16M4 16h7M15 16h1M13 2.5v3M7.5 8.5v3M13 14.5v3',
  play: 'M7 4.5v11l8.5-5.5Z',
  pause: 'M7 5v10M13 5v10',
  sun: 'M10 6.8a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4ZM10 2v1.6M10 16.4V18M2 10h1.6M16.4 10H18M4.3 4.3l1.2 1.2M14.5 14.5l1.2 1.2M4.3 15.7l1.2-1.2M14.5 5.5l1.2-1.2',
  moon: 'M16 11.8A6.6 6.6 0 0 1 8.2 4a6.6 6.6 0 1 0 7.8 7.8Z',
} as const;

export type IconName = keyof typeof paths;

/** Creates an icon as an SVG element, which screen readers ignore. */
export function createIcon(name: IconName): SVGSVGElement {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(space, 'path');
  path.setAttribute('d', paths[name]);
  svg.appendChild(path);
  return svg;
}
