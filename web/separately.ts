/** Parts of the page that stand for themselves: one that fails is reported, and the others go on. */

/** @returns what the work makes; null where it failed */
export function separately<Made>(work: () => Made): Made | null {
  try {
    return work();
  } catch (error) {
    // As an error that nobody caught: it is seen in the console, and whoever watches for errors hears of it.
    reportError(error);
    return null;
  }
}
