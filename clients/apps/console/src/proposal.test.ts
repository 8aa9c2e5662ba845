import type { OrderOut } from '@throughline/api'
import { expect, test } from 'vitest'
import { patchOf, placesOf, wishOf } from './proposal'

const ORDER = {
  promised_date: '2026-12-01',
  requested_date: null,
  customer: { address: { city: '杭州', street: '文一路 1 号' } },
  lines: [
    {
      line: 1,
      quantity: '9.000',
      unit_price: '180.00',
      technical: { colour: '白', columns: 12, drawing: { sha256: 'x' } },
    },
    { line: 2, quantity: '1', technical: {} },
  ],
} as unknown as OrderOut

test('what is left as it is asks for nothing', () => {
  expect(patchOf(ORDER, wishOf(ORDER))).toBeUndefined()
})

test('nothing but what is different is asked for', () => {
  const wish = wishOf(ORDER)
  Object.assign(wish.lines[0] as object, { quantity: '15' })
  wish.address.street = '文二路 2 号'
  wish.promised_date = ''
  expect(patchOf(ORDER, wish)).toEqual({
    lines: [{ line: 1, quantity: '15' }],
    address: { street: '文二路 2 号' },
    promised_date: null,
  })
})

test('technical data keep their kind, and what is built of parts is left alone', () => {
  const wish = wishOf(ORDER)
  Object.assign(wish.lines[0]?.technical as object, { columns: '14', colour: '灰' })
  expect(patchOf(ORDER, wish)?.lines).toEqual([{ line: 1, technical: { columns: 14, colour: '灰' } }])
})

test('a cancelled line asks for that alone, and added lines come after those that are there', () => {
  const wish = wishOf(ORDER)
  Object.assign(wish.lines[1] as object, { cancel: true, quantity: '5' })
  wish.added = [{ sku: ' A03 ', name: '支架', quantity: '2', unit: '', unit_price: '' }]
  const patch = patchOf(ORDER, wish)
  expect(patch?.lines).toEqual([
    { line: 2, cancel: true },
    { name: '支架', quantity: '2', sku: 'A03' },
  ])
  expect(placesOf(patch)).toEqual(['line2', 'new0'])
})

test('calling the whole order off stands alone', () => {
  const wish = { ...wishOf(ORDER), cancel: true, promised_date: '2027-01-01' }
  expect(patchOf(ORDER, wish)).toEqual({ cancel: true })
})
