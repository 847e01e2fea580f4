/** A keyboard on the screen lies over the page without making it smaller: how high it is stands in `--keyboard`. */

/** Bars of the browser come and go too; they are less high, in pixels. */
const LEAST = 120;

export function watchScreenKeys(): void {
  const root = document.documentElement;
  const seen = visualViewport;
  if (!seen) return;
  const measure = () => {
    const covered = Math.round(innerHeight - seen.height - seen.offsetTop);
    // Of a page that two fingers have enlarged a part is seen: that is no keyboard.
    const isOpen = seen.scale < 1.01 && covered >= LEAST;
    root.toggleAttribute('data-keyboard', isOpen);
    root.style.setProperty('--keyboard', isOpen ? `${covered}px` : '0px');
  };
  seen.addEventListener('resize', measure);
  seen.addEventListener('scroll', measure);
  measure();
}
