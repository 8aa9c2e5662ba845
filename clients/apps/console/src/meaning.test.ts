import { expect, test } from 'vitest'
import { between, differs, nameOf, others, pathOf, pointerOf, setAt, tidied } from './meaning'

test('an emptied field says nothing, and what was empty before is no correction', () => {
  const before = { customer: { name: 'Wang', phone: '1' }, notes: { buyer: '' } }
  const draft = { customer: { name: ' Wang ', phone: ' ' }, notes: { buyer: '' } }
  expect(tidied(draft, before)).toEqual({ customer: { name: 'Wang', phone: null }, notes: { buyer: '' } })
  expect(differs(tidied(structuredClone(before), before), before)).toBe(false)
})

test('what is missing on the way to a field is made', () => {
  const meaning = { customer: null }
  setAt(meaning, ['customer', 'address', 'city'], 'Leipzig')
  expect(meaning).toEqual({ customer: { address: { city: 'Leipzig' } } })
})

test('what a kind of order has of its own is told value by value', () => {
  const meaning = { kind: 'order', total: '1', customs: { incoterm: 'FOB', hs: ['7418'] }, invoice_title: null }
  expect(others(meaning)).toEqual([
    { path: ['customs', 'incoterm'], value: 'FOB' },
    { path: ['customs', 'hs', 0], value: '7418' },
    { path: ['invoice_title'], value: null },
  ])
})

test('a pointer is a path', () => {
  expect(pathOf('/lines/0/unit_price')).toEqual(['lines', 0, 'unit_price'])
  expect(pointerOf(['lines', 0, 'unit_price'])).toBe('/lines/0/unit_price')
})

test('what two readings differ in is named where it stands', () => {
  const before = { total: '1', lines: [{ sku: 'A', quantity: '1' }] }
  const after = { total: '1', lines: [{ sku: 'A', quantity: '2' }, { sku: 'B' }] }
  expect(between(before, after)).toEqual([
    { path: ['lines', 0, 'quantity'], before: '1', after: '2' },
    { path: ['lines', 1], before: undefined, after: { sku: 'B' } },
  ])
})

test('a part of a line is named with its line, and the lines as a whole by their own name', () => {
  const t = ((key: string, facts?: { n: number }) => (facts ? `line ${facts.n}` : key)) as never
  const te = ((key: string) => key === 'console.meaning.lines') as never
  expect(nameOf(['lines', 1, 'colour'], t, te)).toBe('line 2 · colour')
  expect(nameOf(['lines'], t, te)).toBe('console.meaning.lines')
})
