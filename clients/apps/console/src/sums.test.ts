import { expect, test } from 'vitest'
import { computedTotal, same } from './sums'

test('lines less discounts, with fees and shipping, give the total', () => {
  const lines = [
    { quantity: '2', unit_price: '64.90' },
    { quantity: '1', unit_price: '9.90' },
  ]
  const discounts = [{ amount: '9.90' }, { amount: '12.90' }]
  expect(computedTotal({ lines, discounts, shipping: '12.90', tax: '20.72', tax_included: true }, 'EUR')).toBe('129.80')
  expect(computedTotal({ lines, discounts, shipping: '12.90', tax: '20.72', tax_included: false }, 'EUR')).toBe(
    '150.52',
  )
})

test('a line is rounded half to even, in the unit of its currency', () => {
  expect(computedTotal({ lines: [{ quantity: '0.5', unit_price: '0.05' }] }, 'CNY')).toBe('0.02')
  expect(computedTotal({ lines: [{ quantity: '1.5', unit_price: '0.05' }] }, 'CNY')).toBe('0.08')
  expect(computedTotal({ lines: [{ quantity: '3', unit_price: '0.5' }] }, 'JPY')).toBe('2')
})

test('what is no number has no sum', () => {
  expect(computedTotal({ lines: [{ quantity: 'two', unit_price: '1' }] }, 'CNY')).toBeUndefined()
  expect(computedTotal({ lines: [{ quantity: null, unit_price: '1' }] }, 'CNY')).toBeUndefined()
})

test('12 and 12.00 are the same number', () => {
  expect([same('12', '12.00'), same('12', '12.01')]).toEqual([true, false])
})
