// Order changes as the office reads them.
import type { ChangeOut } from '@throughline/api'
import { amount, day, number } from '@throughline/i18n'

export { type Altered, altered, placeOf } from '@throughline/ui'

interface Both {
  zh: string
  en: string
}
interface Money {
  before: string
  after: string
  difference: string
}

/** What a change comes to, as far as its reader may see it. */
export interface Impact {
  amount?: Money
  cost?: Money | null
  promised_date?: { before: string | null; after: string | null; derived: boolean; extra_days: number }
  stage?: { before: Both; after: Both }
  revision?: { before: number; after: number }
  lines?: {
    line: number
    made: string
    operations_done: number
    operations: number
    to_make: string
    surplus: string
  }[]
  materials?: { material: string; needed_before: string; needed_after: string; issued: string; to_return: string }[]
  warnings?: Both[]
  told?: Both
}

export const impactOf = (change: Pick<ChangeOut, 'impact'>): Impact => change.impact as Impact

export function toldOf(change: ChangeOut, locale: string): string {
  const told = impactOf(change).told
  return (locale === 'en' ? told?.en : told?.zh) ?? ''
}

export function toneOf(change: ChangeOut): 'good' | 'warn' | 'bad' | 'plain' {
  if (change.state === 'applied') return change.acknowledged ? 'good' : 'warn'
  if (change.state === 'rejected') return 'bad'
  return change.state === 'withdrawn' ? 'plain' : 'warn'
}

/** 'was → will be' for what the impact counts. */
export function figures(
  impact: Impact,
  currency: string,
  locale: string,
): { key: string; before: string; after: string }[] {
  const money = (one: Money | null | undefined, key: string) =>
    one ? [{ key, before: amount(one.before, currency, locale), after: amount(one.after, currency, locale) }] : []
  const date = impact.promised_date
  const days = date && date.before !== date.after
  const shown = (text: string | null): string => (text ? day(text, locale) : '—')
  return [
    ...(days ? [{ key: 'promised', before: shown(date.before), after: shown(date.after) }] : []),
    ...money(impact.amount, 'amount'),
    ...money(impact.cost, 'cost'),
    ...(impact.materials ?? []).map(one => ({
      key: one.material,
      before: number(one.needed_before, locale),
      after: number(one.needed_after, locale),
    })),
  ]
}
