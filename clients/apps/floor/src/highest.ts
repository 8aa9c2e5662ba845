// The number of the last report, kept beside the store: where the store is cleared alone, the numbers go on behind it,
// and the server sees by the gap how many reports were lost.
const KEPT = 'throughline-last-report'

export function highest(): number {
  return Number(localStorage.getItem(KEPT) ?? 0) || 0
}

export function noteHighest(seq: number): void {
  if (seq > highest()) localStorage.setItem(KEPT, String(seq))
}
