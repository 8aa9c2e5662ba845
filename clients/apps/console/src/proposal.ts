// A change as somebody writes it down, and the patch that it comes to: nothing but what is different is asked for.
import type { LineOut, OrderOut, WantedPatch } from '@throughline/api'

type Scalar = string | number | boolean | null

export interface WantedLine {
  line: number
  quantity: string
  unit_price: string
  technical: Record<string, string>
  cancel: boolean
}

export interface AddedLine {
  sku: string
  name: string
  quantity: string
  unit: string
  unit_price: string
}

export interface Swap {
  material: string
  substitute: string
  ratio: string
}

export const PLACES = ['contact', 'phone', 'province', 'city', 'district', 'town', 'street', 'postcode'] as const

export interface Wish {
  lines: WantedLine[]
  added: AddedLine[]
  promised_date: string
  requested_date: string
  address: Record<(typeof PLACES)[number], string>
  drawings: { attachment_id: string; line: string }[]
  substitutes: Swap[]
  cancel: boolean
}

/** The order as it is, ready to be wished otherwise. */
export function wishOf(order: OrderOut): Wish {
  const address = (order.customer?.address ?? {}) as Record<string, string | null>
  return {
    lines: order.lines.map(line => ({
      line: line.line,
      quantity: plain(line.quantity),
      unit_price: line.unit_price ?? '',
      technical: Object.fromEntries(spoken(line).map(([name, value]) => [name, String(value)])),
      cancel: false,
    })),
    added: [],
    promised_date: order.promised_date ?? '',
    requested_date: order.requested_date ?? '',
    address: Object.fromEntries(PLACES.map(name => [name, address[name] ?? ''])) as Wish['address'],
    drawings: [],
    substitutes: [],
    cancel: false,
  }
}

/** The technical data of a line that a person can write: what is built of parts has its own way. */
export function spoken(line: LineOut): [string, Scalar][] {
  const all = Object.entries(line.technical as Record<string, unknown>)
  return all.filter(([, value]) => typeof value === 'string' || typeof value === 'number') as [string, Scalar][]
}

/** What is asked for; undefined where nothing is different. */
export function patchOf(order: OrderOut, wish: Wish): WantedPatch | undefined {
  if (wish.cancel) return { cancel: true }
  const before = wishOf(order)
  const lines = [...changedLines(order, before, wish), ...wish.added.filter(line => line.name.trim()).map(added)]
  const address = different(before.address, wish.address)
  const drawings = wish.drawings.filter(one => one.attachment_id)
  const substitutes = wish.substitutes.filter(one => one.material && one.substitute)
  const patch: WantedPatch = {
    ...(lines.length ? { lines } : {}),
    ...dates(before, wish),
    ...(Object.keys(address).length ? { address } : {}),
    ...(drawings.length ? { drawings: drawings.map(drawing) } : {}),
    ...(substitutes.length ? { substitutes } : {}),
  }
  return Object.keys(patch).length ? patch : undefined
}

/** Which line of the patch a pointer's number means: the order's line, or the how-manieth added one. */
export function placesOf(patch: WantedPatch | undefined): string[] {
  let fresh = 0
  return (patch?.lines ?? []).map(line => (line.line === undefined ? `new${fresh++}` : `line${line.line}`))
}

function changedLines(order: OrderOut, before: Wish, wish: Wish): NonNullable<WantedPatch['lines']> {
  return wish.lines.flatMap((line, at): NonNullable<WantedPatch['lines']> => {
    const was = before.lines[at]
    if (!was) return []
    if (line.cancel) return [{ line: line.line, cancel: true }]
    const technical = typed(order.lines[at], different(was.technical, line.technical))
    const changed = {
      ...(line.quantity !== was.quantity && line.quantity ? { quantity: line.quantity } : {}),
      ...(line.unit_price !== was.unit_price && line.unit_price ? { unit_price: line.unit_price } : {}),
      ...(Object.keys(technical).length ? { technical } : {}),
    }
    return Object.keys(changed).length ? [{ line: line.line, ...changed }] : []
  })
}

function added(line: AddedLine) {
  const { sku, unit, unit_price, name, quantity } = line
  return {
    name: name.trim(),
    quantity: quantity || '1',
    ...(sku.trim() ? { sku: sku.trim() } : {}),
    ...(unit.trim() ? { unit: unit.trim() } : {}),
    ...(unit_price.trim() ? { unit_price: unit_price.trim() } : {}),
  }
}

function drawing(one: { attachment_id: string; line: string }) {
  return { attachment_id: one.attachment_id, ...(one.line ? { line: Number(one.line) } : {}) }
}

function dates(before: Wish, wish: Wish): Pick<WantedPatch, 'promised_date' | 'requested_date'> {
  const names = ['promised_date', 'requested_date'] as const
  return Object.fromEntries(names.filter(name => wish[name] !== before[name]).map(name => [name, wish[name] || null]))
}

function different(before: Record<string, string>, after: Record<string, string>): Record<string, string | null> {
  const moved = Object.entries(after).filter(([name, value]) => value.trim() !== (before[name] ?? ''))
  return Object.fromEntries(moved.map(([name, value]) => [name, value.trim() || null]))
}

/** What was a number stays one. */
function typed(line: LineOut | undefined, changed: Record<string, string | null>): Record<string, Scalar> {
  const was = (line?.technical ?? {}) as Record<string, unknown>
  return Object.fromEntries(
    Object.entries(changed).map(([name, text]) => [
      name,
      typeof was[name] === 'number' && text !== null && /^-?\d+$/.test(text) ? Number(text) : text,
    ]),
  )
}

/** '12.000' as a person writes it: '12'. */
export function plain(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal
}
