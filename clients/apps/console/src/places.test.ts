import { expect, test } from 'vitest'
import { lineOf, placeOf, slipOf } from './places'

const TEXT = '{\n  "documents": [\n    {"key": "order", "when": "!!"}\n  ]\n}'

test('a pointer leads to what it names, and to its surroundings where that is missing', () => {
  expect(lineOf(TEXT, placeOf(TEXT, '/documents/0/when'))).toBe(3)
  expect(TEXT.slice(placeOf(TEXT, '/documents/0/when')).startsWith('"!!"')).toBe(true)
  expect(lineOf(TEXT, placeOf(TEXT, '/documents/0/order/lines'))).toBe(3)
  expect(placeOf(TEXT, '/nowhere')).toBe(0)
})

test('what is no JSON is found where it goes wrong', () => {
  expect(slipOf(TEXT)).toBeUndefined()
  const broken = TEXT.replace('"when": ', '"when" ')
  expect(lineOf(broken, slipOf(broken)?.at ?? 0)).toBe(3)
  expect(slipOf('{"a": 1,}')?.code).toBeTruthy()
})
