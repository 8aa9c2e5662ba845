// What was read from an order: named, compared, corrected. Its shape is the interface's 'meaning'.
import type { t as translate, te as translated } from '@throughline/i18n'
import type { Sums } from './sums'

export type Meaning = Record<string, unknown>
export type Path = (string | number)[]

export interface Line {
  sku?: string | null
  name?: string | null
  quantity?: string | null
  unit?: string | null
  unit_price?: string | null
  is_gift?: boolean
  gift_origin?: string | null
  gift_confirmed?: boolean | null
  options?: Record<string, unknown> | null
  refund?: string | null
}
export interface Adjustment {
  label?: string | null
  amount?: string | null
}
/** The parts of a meaning that every order has. */
export interface Order extends Sums {
  lines: Line[]
  customer?: Record<string, unknown> | null
  currency?: string | null
  total?: string | null
  discounts?: Adjustment[] | null
  fees?: Adjustment[] | null
  notes?: Record<string, string | null> | null
}

export const CUSTOMER = ['name', 'company', 'phone', 'email', 'tax_no']
export const ADDRESS = ['country', 'province', 'city', 'district', 'town', 'street', 'postcode']
export const DATES = ['promised_date', 'requested_date']
const MONEY = new Set(['unit_price', 'amount', 'shipping', 'tax', 'total', 'quantity'])
// What has its own place on the screen, or belongs to the sender and the reading alone.
const APART = new Set([
  ...['kind', 'action', 'source', 'external_id', 'external_number', 'source_status', 'placed_at', 'paid_at'],
  ...['customer', 'currency', 'lines', 'discounts', 'fees', 'shipping', 'tax', 'tax_included', 'total', 'notes'],
  ...['needs_review', 'review_reasons', 'review_may', 'why', ...DATES],
])

/** A meaning as an order; undefined where something else arrived: a message, a failure. */
export function orderOf(meaning: Meaning | null | undefined): Order | undefined {
  return meaning?.kind === 'order' && Array.isArray(meaning.lines) ? (meaning as unknown as Order) : undefined
}

/** What this kind of order has beside what all have: each single value with the way to it. */
export function others(meaning: Meaning): { path: Path; value: string | number | boolean | null }[] {
  return Object.entries(meaning)
    .filter(([name]) => !APART.has(name))
    .flatMap(([name, value]) => leaves(value, [name]))
}

function leaves(value: unknown, path: Path): { path: Path; value: string | number | boolean | null }[] {
  if (Array.isArray(value)) return value.flatMap((one, place) => leaves(one, [...path, place]))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([name, part]) => leaves(part, [...path, name]))
  return [{ path, value: value as string | number | boolean | null }]
}

const OF_EVERY_LINE = new Set([
  ...['external_id', 'name', 'sku', 'quantity', 'unit', 'unit_price', 'amount'],
  ...['is_gift', 'gift_origin', 'gift_confirmed', 'refund', 'options'],
])
/** What the lines of this kind of order have beside what all have: HS codes, drawings. */
export function ofLine(line: object): string[] {
  const single = Object.entries(line).filter(([, value]) => typeof value !== 'object' || value === null)
  return single.map(([name]) => name).filter(name => !OF_EVERY_LINE.has(name))
}

export function valueAt(meaning: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, name) => (at as Record<string | number, unknown> | null | undefined)?.[name],
    meaning,
  )
}

/** Writes into the meaning itself; what is missing on the way is made. */
export function setAt(meaning: Meaning, path: Path, value: unknown): void {
  const [last] = path.slice(-1) as [string | number]
  let at = meaning as Record<string | number, unknown>
  for (const name of path.slice(0, -1)) {
    if (typeof at[name] !== 'object' || at[name] === null) at[name] = {}
    at = at[name] as Record<string | number, unknown>
  }
  at[last] = value
}

/** What is sent: blanks trimmed, and a field that was emptied says nothing, as one that never said anything. */
export function tidied(value: unknown, before: unknown): unknown {
  if (typeof value === 'string') return value.trim() || (before === '' ? '' : null)
  if (Array.isArray(value)) return value.map((one, place) => tidied(one, valueAt(before, [place])))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, tidied(part, valueAt(before, [name]))]))
}

export function differs(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) !== JSON.stringify(other)
}

/**
 * Everything that differs between two meanings, innermost first named; what is wholly new or gone is told as one.
 * `opens` says what is looked into; a list that is not is told as one.
 */
export function between(
  before: unknown,
  after: unknown,
  path: Path = [],
  opens: (value: unknown) => value is Record<string, unknown> = isTree,
): { path: Path; before: unknown; after: unknown }[] {
  if (!differs(before, after)) return []
  if (!opens(before) || !opens(after)) return [{ path, before, after }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const listed = Array.isArray(before)
  return names.flatMap(name => between(before[name], after[name], [...path, listed ? Number(name) : name], opens))
}

/** Opens what has names, and leaves lists whole. */
export const isNamed = (value: unknown): value is Record<string, unknown> => isTree(value) && !Array.isArray(value)

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A value as it is compared: a line by its name, nothing as a dash. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '—'
  return isTree(value) ? String(value.name ?? value.label ?? JSON.stringify(value)) : String(value)
}

export const pointerOf = (path: Path): string => path.map(part => `/${part}`).join('')
export const pathOf = (pointer: string): Path =>
  pointer
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? Number(part) : part))

/** The kind of input that a field takes. */
export function kindOf(path: Path, value: unknown): 'date' | 'decimal' | 'flag' | 'text' {
  const name = String(path[path.length - 1])
  if (typeof value === 'boolean') return 'flag'
  if (name.endsWith('_date')) return 'date'
  return MONEY.has(name) ? 'decimal' : 'text'
}

/** 'Line 2 · Unit price'; a name of the factory's own stays as it is. */
export function nameOf(path: Path, t: typeof translate, te: typeof translated): string {
  const named = path.map((part, place) => {
    if (typeof part === 'number')
      return path[place - 1] === 'lines' ? t('console.intake.atLine', { n: part + 1 }) : `${part + 1}`
    const counted = part === 'lines' && path.length > place + 1
    return counted ? '' : te(`console.meaning.${part}`) ? t(`console.meaning.${part}`) : part
  })
  return named.filter(Boolean).join(' · ')
}
