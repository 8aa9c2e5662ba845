// Periods that people compare, as whole days, and figures as people read them.
import type { MeasureShown } from '@throughline/api'
import { number } from '@throughline/i18n'

export type MeasureUnit = MeasureShown['unit']

export interface Days {
  from: string
  to: string
  compare_from: string
  compare_to: string
}
export const PRESETS = ['thisMonth', 'lastMonth', 'thirtyDays', 'goLive'] as const
export type Preset = (typeof PRESETS)[number]

const DAY = 86_400_000
const LONGEST = 365

/** The days of a preset as of `today` (YYYY-MM-DD); `goLive` is the first day with the system. */
export function daysOf(preset: Preset, today: string, goLive: string): Days {
  if (preset === 'thisMonth') return { from: firstOf(today), to: today, ...monthBefore(today) }
  if (preset === 'lastMonth') {
    const { compare_from: from, compare_to: to } = monthBefore(today)
    return { from, to, ...monthBefore(from) }
  }
  const from = preset === 'thirtyDays' ? later(today, -29) : goLive
  const length = Math.min(between(from, today), LONGEST)
  return { from: later(today, -length), to: today, compare_from: later(from, -length - 1), compare_to: later(from, -1) }
}

function firstOf(day: string): string {
  return `${day.slice(0, 8)}01`
}

function monthBefore(day: string): { compare_from: string; compare_to: string } {
  const last = later(firstOf(day), -1)
  return { compare_from: firstOf(last), compare_to: last }
}

/** The day so many days later. */
export function later(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10)
}

function between(first: string, last: string): number {
  return Math.max(0, Math.round((Date.parse(last) - Date.parse(first)) / DAY))
}

/** Today where the reader is. */
export function today(now: Date = new Date()): string {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}

/** A value without its unit; a share as a percentage. */
export function figure(value: string | null, unit: MeasureUnit, language: string): string {
  if (value === null) return '—'
  return unit === 'share' ? `${number(percent(value), language)} %` : number(value, language)
}

/** How far a value moved, with its sign; of a share in percentage points. */
export function moved(value: string, unit: MeasureUnit, language: string): string {
  const text = unit === 'share' ? percent(value) : value
  return text.startsWith('-') || !/[1-9]/.test(text) ? number(text, language) : `+${number(text, language)}`
}

/** '0.8333' as '83.33': moved by two places, so that no digit is made up. */
function percent(share: string): string {
  const sign = share.startsWith('-') ? '-' : ''
  const [whole = '0', fraction = ''] = share.replace('-', '').split('.')
  const digits = `${whole}${fraction.padEnd(2, '0')}`
  const cut = digits.length - Math.max(fraction.length - 2, 0)
  const left = digits.slice(0, cut).replace(/^0+(?=\d)/, '')
  const right = digits.slice(cut)
  return `${sign}${left}${right ? `.${right}` : ''}`
}
