import type { OrderOut } from '@throughline/api'
import { expect, test } from 'vitest'
import { blankDraft, blankLine, bodyOf, copyDraft, draftOf, totalOf, withoutBlanks } from './entry'
import { patchOf, rebased, writtenAt } from './mending'

const OWN = {
  type: 'object',
  properties: {
    port: { type: 'string' },
    fee: { type: 'string', format: 'decimal', 'x-write': ['finance'] },
    hs_codes: { type: 'object', additionalProperties: { type: 'string' } },
    papers: { type: 'array', items: { type: 'string' } },
  },
}
const ORDER = {
  order_type: 'export',
  external_id: 'PO-1',
  currency: 'USD',
  customer: { id: 'c1', name: 'Nord', company: null, phone: null },
  lines: [
    {
      line: 1,
      sku: 'A',
      name: 'Radiator',
      quantity: '2.000',
      unit: '组',
      unit_price: '180.00',
      is_gift: false,
      technical: { colour: 'white', parts: [1] },
    },
    {
      line: 2,
      sku: null,
      name: 'Bracket',
      quantity: '4',
      unit: null,
      unit_price: '12.5',
      is_gift: false,
      technical: {},
    },
  ],
  discounts: [{ label: 'fair', amount: '10.00', kind: 'order', line: null }],
  fees: [],
  shipping: '0.00',
  tax: '0.00',
  tax_included: true,
  priority: 3,
  signed_date: '2026-11-01',
  promised_date: '2026-12-01',
  promised_derived: false,
  requested_date: null,
  merchandiser: { id: 'p1', name: 'Li' },
  extension: { port: 'Ningbo', fee: '5.00' },
  notes: { internal: 'rush' },
  version: 4,
} as unknown as OrderOut
const roles = ['sales']

test('an order that is entered says what was written and what it adds up to', () => {
  const draft = blankDraft({
    lines: [{ ...blankLine(), name: ' Radiator ', quantity: '3', unit_price: '180.5' }, blankLine()],
    discounts: [{ label: '', amount: '41.5' }],
    extension: { port: ' Ningbo ', fee: '9', hs_codes: { 1: '7616', 2: ' ' }, papers: ['invoice', ''] },
  })
  const body = bodyOf(withoutBlanks(draft), OWN, roles, true)
  expect(body.lines).toEqual([{ name: 'Radiator', quantity: '3', unit_price: '180.5' }])
  expect([body.total, totalOf(draft)]).toEqual(['500.00', '500.00'])
  expect(body.extension).toEqual({ port: 'Ningbo', hs_codes: { 1: '7616' }, papers: ['invoice'] })
  expect('customer' in body).toBe(false)
})

test('whoever may not write prices sends none', () => {
  const draft = blankDraft({ lines: [{ ...blankLine(), name: 'x', quantity: '1', unit_price: '9' }] })
  const body = bodyOf(draft, OWN, roles, false)
  expect([body.lines[0]?.unit_price, body.total]).toEqual(['0', undefined])
})

test('a known customer may be delivered to elsewhere, a new one may be said to be nobody known', () => {
  const draft = draftOf(ORDER)
  draft.whose.address.city = '杭州'
  expect(bodyOf(draft, OWN, roles, true)).toMatchObject({
    customer_id: 'c1',
    customer: { name: 'Nord', address: { city: '杭州' } },
  })
  draft.whose = { ...draft.whose, id: '', fresh: true, owner: 'new' }
  expect(bodyOf(draft, OWN, roles, true)).toMatchObject({ new_customer: true, customer: { name: 'Nord' } })
})

test('a copy leaves out what belongs to that one order', () => {
  const copy = copyDraft(ORDER, '2026-11-25')
  expect([copy.external_id, copy.promised_date, copy.signed_date, copy.lines[0]?.line]).toEqual([
    '',
    '',
    '2026-11-25',
    undefined,
  ])
  expect(bodyOf(copy, OWN, roles, true).lines[0]?.technical).toEqual({ colour: 'white', parts: [1] })
})

test('nothing but what is different is sent', () => {
  const before = draftOf(ORDER)
  expect(patchOf(before, draftOf(ORDER), OWN, roles)).toBeUndefined()
  const after = draftOf(ORDER)
  Object.assign(after, { promised_date: '', priority: '0', extension: { fee: '5.00' } })
  Object.assign(after.lines[1] ?? {}, { quantity: '5', technical: [{ name: 'hole', value: '6' }] })
  after.lines.push({ ...blankLine(), name: 'Screw', quantity: '8', unit_price: '0.5' })
  expect(patchOf(before, after, OWN, roles)).toEqual({
    lines: [
      { line: 2, quantity: '5', technical: { hole: '6' } },
      { line: 3, name: 'Screw', quantity: '8', unit_price: '0.5' },
    ],
    promised_date: null,
    priority: 0,
    extension: { port: null },
    total: '416.50',
  })
})

test('what somebody else wrote meanwhile is taken over, and what both wrote stays as mine until I say otherwise', () => {
  const [base, mine, theirs] = [draftOf(ORDER), draftOf(ORDER), draftOf(ORDER)]
  Object.assign(mine, { priority: '5' })
  Object.assign(mine.lines[0] ?? {}, { quantity: '6' })
  mine.lines.push({ ...blankLine(), name: 'Screw' })
  Object.assign(theirs, { priority: '9', promised_date: '2027-01-01', discounts: [] })
  theirs.lines.push({ ...blankLine(), line: 3, name: 'Cable' })
  const met = rebased(base, mine, theirs)
  expect(met.both).toEqual([{ path: ['priority'], mine: '5', theirs: '9' }])
  expect(met.theirs.map(path => path.join('/'))).toEqual(['discounts', 'promised_date', 'lines/3'])
  expect(met.draft.lines.map(line => [line.name, line.quantity])).toEqual([
    ['Radiator', '6'],
    ['Bracket', '4'],
    ['Cable', ''],
    ['Screw', ''],
  ])
  expect([met.draft.priority, met.draft.promised_date]).toEqual(['5', '2027-01-01'])
  expect(writtenAt(met.draft, ['priority'], '9').priority).toBe('9')
})
