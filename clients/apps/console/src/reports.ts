// Reports of the floor in the words of the office.
import { number, type t as translate } from '@throughline/i18n'

type Body = Record<string, unknown>
type Translate = typeof translate

/** 'Report · WO1001 · 28 good, 2 scrap'. */
export function reportTitle(report: { kind: string; body: Body }, t: Translate, locale: string): string {
  const { good, scrap, sku, quantity } = report.body
  const counts =
    good === undefined ? '' : t('console.conflicts.counts', { good: String(good), scrap: String(scrap ?? '0') })
  const goods = quantity === undefined ? '' : [number(String(quantity), locale), sku].filter(Boolean).join(' ')
  return [t(`console.kind.${report.kind}`), counts, goods].filter(Boolean).join(' · ')
}

// What stands elsewhere on the screen, or means something to the system alone.
const APART = new Set(['photos', 'voice', 'signature', 'work_order', 'change_id', 'to'])

/** The fields of a report with their names; what is built of parts is told in one line. */
export function fieldsOf(body: Body, t: Translate, locale: string): [string, string][] {
  return Object.entries(body)
    .filter(([name]) => !APART.has(name))
    .map(([name, value]) => [t(`console.field.${name}`), textOf(value, t, locale)])
}

function textOf(value: unknown, t: Translate, locale: string): string {
  if (Array.isArray(value)) return value.map(one => textOf(one, t, locale)).join('；')
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .map(one => textOf(one, t, locale))
      .join(' ')
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? number(value, locale) : String(value)
}

export interface Standing {
  good: string
  scrap: string
  rework: string
  told: { at: string; good: string; scrap: string }[]
}

const UNTOUCHED: Standing = { good: '0', scrap: '0', rework: '0', told: [] }

/** How an operation stands in what is kept of a work order; nothing where the report is of no operation. */
export function standing(progress: Body | null, operation: string | undefined): Standing | undefined {
  const operations = progress?.operations as Record<string, Standing> | undefined
  return operation && operations ? (operations[operation] ?? UNTOUCHED) : undefined
}
