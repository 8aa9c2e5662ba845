// Times and numbers as people read them: relative and exact, in the language of the screen.

const TAGS: Record<string, string> = { zh: 'zh-CN', en: 'en-GB' }
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86400],
  ['month', 30 * 86400],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
]

const cache = new Map<string, Intl.DateTimeFormat>()

function formatter(language: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${name}`
  let found = cache.get(key)
  if (!found) {
    found = new Intl.DateTimeFormat(TAGS[language] ?? language, options)
    cache.set(key, found)
  }
  return found
}

/** 'in 2 days', '3 hours ago', 'now'. */
export function relative(instant: string, language: string, now: number = Date.now()): string {
  const seconds = (Date.parse(instant) - now) / 1000
  const format = new Intl.RelativeTimeFormat(TAGS[language] ?? language, { numeric: 'auto' })
  for (const [unit, length] of UNITS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit)
  }
  return format.format(0, 'minute')
}

/** 'Thu 26 Nov 14:00', with the year when it is another one. */
export function exact(instant: string, language: string, now: number = Date.now()): string {
  const date = new Date(instant)
  const sameYear = date.getFullYear() === new Date(now).getFullYear()
  return formatter(language, `exact${sameYear}`, {
    ...(sameYear ? {} : { year: 'numeric' }),
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date)
}

/** A whole day, factory-local: '2026-11-26' as 'Thu 26 Nov'. */
export function day(date: string, language: string): string {
  const [year, month, dayOfMonth] = date.slice(0, 10).split('-').map(Number) as [number, number, number]
  return formatter(language, 'day', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(Date.UTC(year, month - 1, dayOfMonth)),
  )
}

/** The day of an instant where the reader is: 'Thu 26 Nov'. */
export function dayOf(instant: string, language: string): string {
  return formatter(language, 'dayOf', { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(instant))
}

/** The time of day where the reader is: '14:00'. */
export function clock(instant: string, language: string): string {
  return formatter(language, 'clock', { hour: '2-digit', minute: '2-digit', hour12: false }).format(new Date(instant))
}

/** Both at once: 'in 2 days · Thu 26 Nov 14:00'. */
export function moment(instant: string, language: string, now: number = Date.now()): string {
  return `${relative(instant, language, now)} · ${exact(instant, language, now)}`
}

/** A decimal string with the language's grouping; digits stay as they were sent. */
export function number(text: string, language: string): string {
  const [whole = '', fraction] = text.split('.')
  if (!/^-?\d+$/.test(whole)) return text
  const grouped = new Intl.NumberFormat(TAGS[language] ?? language).format(BigInt(whole))
  return fraction && /[1-9]/.test(fraction) ? `${grouped}.${fraction.replace(/0+$/, '')}` : grouped
}

/** Money: '¥12,480.00'; the decimals are those that were sent. */
export function amount(text: string, currency: string, language: string): string {
  const [whole = '', fraction = ''] = text.split('.')
  if (!/^-?\d+$/.test(whole)) return `${text} ${currency}`
  const parts = new Intl.NumberFormat(TAGS[language] ?? language, { style: 'currency', currency }).formatToParts(
    Number(whole),
  )
  return parts.map(part => (part.type === 'fraction' ? fraction.slice(0, 6) || part.value : part.value)).join('')
}

/** '12 KB', '3.4 MB'. */
export function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
