/** Something that is awaited, and comes when that is told. */
export interface Arrival {
  promise: Promise<void>;
  come(): void;
}

export function createArrival(): Arrival {
  let come = () => {};
  const promise = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { promise, come: () => come() };
}
