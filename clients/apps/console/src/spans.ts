// Spans of whole days as the factory counts them: the days of the device's own zone.
export interface Span {
  from: string
  to: string
}

/** '2026-11-25', so many days before `now`. */
function dayOf(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`
}

export function daysAgo(first: number, last: number, now = new Date()): Span {
  const back = (days: number): string => dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days))
  return { from: back(first), to: back(last) }
}

/** A whole month; the present one until its last day. */
export function monthsAgo(months: number, now = new Date()): Span {
  const [year, month] = [now.getFullYear(), now.getMonth() - months]
  return { from: dayOf(new Date(year, month, 1)), to: dayOf(new Date(year, month + 1, 0)) }
}
