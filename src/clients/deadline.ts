/** Settles as the promise does, or with `late` when it has not settled after so many milliseconds. */
export function withDeadline<T>(promise: Promise<T>, milliseconds: number, late: T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
