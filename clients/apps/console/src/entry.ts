// An order as somebody writes it down: its blank, what another order gives to begin with, and what is sent.
import type { AdjustmentOut, CustomerIn, LineIn, LineOut, OrderIn, OrderOut } from '@throughline/api'
import { openTo, type Schema, tidied, type Values } from '@throughline/ui/schema.ts'
import { PLACES, plain } from './proposal'
import { computedTotal, type Sums } from './sums'

type Facts = NonNullable<OrderIn['extension']>
export interface Parameter {
  name: string
  value: string
}
export interface EntryLine {
  /** Its number, where the order has it already. */
  line?: number
  sku: string
  name: string
  quantity: string
  unit: string
  unit_price: string
  is_gift: boolean
  technical: Parameter[]
  /** Technical data that is no single value; it goes along as it is. */
  built: Facts
}
export interface EntrySum {
  label: string
  amount: string
  kind?: string
  line?: string | null
}
export const SAID_OF = ['name', 'company', 'phone', 'tax_no', 'email'] as const
export const DATES = ['signed_date', 'promised_date', 'requested_date'] as const
export const NOTES = ['buyer', 'seller', 'internal'] as const

/** Whose the order is. `owner`: of those who may be meant, the id of the one who is, or 'new'. */
export interface Whose extends Record<(typeof SAID_OF)[number], string> {
  id: string
  fresh: boolean
  owner: string
  /** Where it goes; for somebody known only where that is somewhere else. */
  address: Record<(typeof PLACES)[number], string>
}
export interface Draft extends Record<(typeof DATES)[number], string> {
  order_type: string
  /** The customer's own number of it. */
  external_id: string
  currency: string
  whose: Whose
  lines: EntryLine[]
  discounts: EntrySum[]
  fees: EntrySum[]
  shipping: string
  tax: string
  tax_included: boolean
  cost: string
  margin: string
  priority: string
  merchandiser_id: string
  extension: Values
  notes: Record<(typeof NOTES)[number], string>
}

export const blankLine = (): EntryLine => ({
  sku: '',
  name: '',
  quantity: '',
  unit: '',
  unit_price: '',
  is_gift: false,
  technical: [],
  built: {},
})

export const blankWhose = (): Whose => ({
  id: '',
  fresh: false,
  owner: '',
  name: '',
  company: '',
  phone: '',
  tax_no: '',
  email: '',
  address: Object.fromEntries(PLACES.map(place => [place, ''])) as Whose['address'],
})

/** An order of which nothing is said yet but what whoever enters it always says. */
export function blankDraft(of: Partial<Draft> = {}): Draft {
  return {
    order_type: 'standard',
    external_id: '',
    currency: 'CNY',
    whose: blankWhose(),
    lines: [blankLine()],
    discounts: [],
    fees: [],
    shipping: '',
    tax: '',
    tax_included: true,
    cost: '',
    margin: '',
    signed_date: '',
    promised_date: '',
    requested_date: '',
    priority: '0',
    merchandiser_id: '',
    extension: {},
    notes: { buyer: '', seller: '', internal: '' },
    ...of,
  }
}

/** An order as it stands, ready to be written on. */
export function draftOf(order: OrderOut): Draft {
  const notes = order.notes as Record<string, string | null>
  return blankDraft({
    order_type: order.order_type,
    external_id: order.external_id ?? '',
    currency: order.currency,
    whose: { ...blankWhose(), ...known(order.customer) },
    lines: order.lines.map(lineOf),
    discounts: (order.discounts ?? []).map(sumOf),
    fees: (order.fees ?? []).map(sumOf),
    shipping: nothing(order.shipping),
    tax: nothing(order.tax),
    tax_included: order.tax_included,
    cost: order.cost ?? '',
    margin: order.margin ?? '',
    signed_date: order.signed_date ?? '',
    promised_date: order.promised_derived ? '' : (order.promised_date ?? ''),
    requested_date: order.requested_date ?? '',
    priority: String(order.priority),
    merchandiser_id: order.merchandiser?.id ?? '',
    extension: order.extension as Values,
    notes: Object.fromEntries(NOTES.map(name => [name, notes[name] ?? ''])) as Draft['notes'],
  })
}

/** The same goods for the same customer once more: what belongs to that one order alone is left out. */
export function copyDraft(order: OrderOut, signed: string): Draft {
  const { whose, ...rest } = draftOf(order)
  const lines = rest.lines.map(({ line, ...one }) => one)
  const own = { external_id: '', cost: '', margin: '', promised_date: '', requested_date: '' }
  return { ...rest, ...own, whose, lines, signed_date: signed }
}

export function isBlank(line: EntryLine): boolean {
  return !line.name.trim() && !line.sku.trim() && !line.unit_price.trim() && !line.quantity.trim()
}

/** Whether anything is written down that would be missed. */
export function isTouched(draft: Draft): boolean {
  return Boolean(draft.whose.id || draft.whose.fresh || draft.lines.some(line => !isBlank(line)))
}

/** What the order's sum is made of, as `sums` adds it up. */
export function sumsOf(draft: Draft): Sums {
  const lines = draft.lines.filter(line => !isBlank(line))
  return {
    lines: lines.map(({ quantity, unit_price }) => ({ quantity, unit_price: unit_price.trim() || '0' })),
    discounts: draft.discounts.filter(isSaid),
    fees: draft.fees.filter(isSaid),
    shipping: draft.shipping.trim() || '0',
    tax: draft.tax.trim() || '0',
    tax_included: draft.tax_included,
  }
}
export const totalOf = (draft: Draft): string | undefined => computedTotal(sumsOf(draft), draft.currency)

/** What is sent; lines and sums stand in it as in the draft, so that pointers mean the same in both. */
export function bodyOf(draft: Draft, own: Schema, roles: string[], priced: boolean): OrderIn {
  const total = priced ? totalOf(draft) : undefined
  const extension = ownFields(draft, own, roles)
  return {
    order_type: draft.order_type,
    currency: draft.currency,
    ...said({ external_id: draft.external_id }),
    ...whoseIn(draft.whose),
    lines: draft.lines.map(line => lineIn(line, priced)),
    ...(draft.discounts.length ? { discounts: draft.discounts.map(sumIn) } : {}),
    ...(draft.fees.length ? { fees: draft.fees.map(sumIn) } : {}),
    ...said({ shipping: draft.shipping, tax: draft.tax, cost: draft.cost, margin: draft.margin }),
    ...(draft.tax_included ? {} : { tax_included: false }),
    ...said({ signed_date: draft.signed_date, promised_date: draft.promised_date }),
    ...said({ requested_date: draft.requested_date, merchandiser_id: draft.merchandiser_id }),
    ...(draft.priority === '0' ? {} : { priority: Number(draft.priority) }),
    ...(Object.keys(extension).length ? { extension } : {}),
    ...(NOTES.some(name => draft.notes[name].trim()) ? { notes: said(draft.notes) } : {}),
    ...(total === undefined ? {} : { total }),
  }
}

/** The type's own fields as they are sent: those that whoever writes may write. */
export function ownFields(draft: Draft, own: Schema, roles: string[]): Facts {
  const open = openTo(own, roles).filter(one => one.writable)
  const properties = Object.fromEntries(open.map(({ name, part }) => [name, part]))
  return (tidied({ type: 'object', properties }, draft.extension) as Facts | undefined) ?? {}
}

/** Blank lines and sums are no lines and no sums; one line stays to be written on. */
export function withoutBlanks(draft: Draft): Draft {
  const lines = draft.lines.filter(line => !isBlank(line))
  return {
    ...draft,
    lines: lines.length ? lines : [blankLine()],
    discounts: draft.discounts.filter(isSaid),
    fees: draft.fees.filter(isSaid),
  }
}

export function lineIn(line: EntryLine, priced: boolean): LineIn {
  const technical = technicalOf(line)
  return {
    name: line.name.trim(),
    quantity: line.quantity.trim(),
    unit_price: priced ? line.unit_price.trim() || (line.is_gift ? '0' : '') : '0',
    ...said({ sku: line.sku, unit: line.unit }),
    ...(line.is_gift ? { is_gift: true, gift_origin: 'line', gift_confirmed: true } : {}),
    ...(Object.keys(technical).length ? { technical } : {}),
  }
}

export function technicalOf(line: EntryLine): Facts {
  const single = line.technical.filter(one => one.name.trim() && one.value.trim())
  return { ...line.built, ...Object.fromEntries(single.map(one => [one.name.trim(), one.value.trim()])) }
}

export const sumIn = ({ label, amount, kind, line }: EntrySum) => ({
  label: label.trim(),
  amount: amount.trim(),
  ...(kind ? { kind } : {}),
  ...(line ? { line } : {}),
})

function whoseIn(whose: Whose): Pick<OrderIn, 'customer' | 'customer_id' | 'new_customer'> {
  const { contact, phone, ...places } = whose.address
  const address = said(places)
  if (whose.id) {
    const elsewhere = { ...said({ phone }), ...(Object.keys(address).length ? { address } : {}) }
    const told = contact.trim() || Object.keys(elsewhere).length
    return {
      customer_id: whose.id,
      ...(told ? { customer: { name: contact.trim() || whose.name, ...elsewhere } } : {}),
    }
  }
  if (!whose.fresh) return {}
  const customer: CustomerIn = {
    name: whose.name.trim() || whose.company.trim(),
    ...said({ company: whose.company, phone: whose.phone, tax_no: whose.tax_no, email: whose.email }),
    ...(Object.keys(address).length ? { address } : {}),
  }
  if (whose.owner === 'new') return { customer, new_customer: true }
  return { customer, ...(whose.owner ? { customer_id: whose.owner } : {}) }
}

function known(customer: OrderOut['customer']): Partial<Whose> {
  if (!customer) return {}
  const { id, name, company, phone, email } = customer
  return { id, name, company: company ?? '', phone: phone ?? '', email: email ?? '' }
}

function lineOf(line: LineOut): EntryLine {
  const technical = Object.entries(line.technical as Values)
  const single = technical.filter(([, value]) => typeof value === 'string' || typeof value === 'number')
  return {
    line: line.line,
    sku: line.sku ?? '',
    name: line.name,
    quantity: plain(line.quantity),
    unit: line.unit ?? '',
    unit_price: line.unit_price ?? '',
    is_gift: line.is_gift,
    technical: single.map(([name, value]) => ({ name, value: String(value) })),
    built: Object.fromEntries(technical.filter(one => !single.includes(one))) as Facts,
  }
}

function sumOf(one: AdjustmentOut): EntrySum {
  return { label: one.label ?? '', amount: one.amount ?? '', kind: one.kind ?? undefined, line: one.line }
}

const isSaid = (one: EntrySum): boolean => Boolean(one.label.trim() || one.amount.trim())
/** No amount at all, as most orders have none, is an empty field. */
const nothing = (amount: string | null | undefined): string => (Number(amount ?? 0) ? (amount ?? '') : '')

/** Those texts of which something is said, without blanks around them. */
function said<Name extends string>(texts: Record<Name, string>): Partial<Record<Name, string>> {
  const trimmed = Object.entries<string>(texts).map(([name, text]) => [name, text.trim()] as const)
  return Object.fromEntries(trimmed.filter(([, text]) => text)) as Partial<Record<Name, string>>
}
