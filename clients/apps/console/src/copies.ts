/** A JSON value of one's own, to be changed; what a query holds is watched by the screen and cannot be cloned as it is. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
