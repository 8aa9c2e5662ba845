import { expect, test } from 'vitest'
import { daysAgo, monthsAgo } from './spans'

const NOW = new Date(2026, 0, 3, 23, 30)

test('days are counted over the end of a year', () => {
  expect(daysAgo(6, 0, NOW)).toEqual({ from: '2025-12-28', to: '2026-01-03' })
})

test('a month ends with its last day', () => {
  expect(monthsAgo(0, NOW)).toEqual({ from: '2026-01-01', to: '2026-01-31' })
  expect(monthsAgo(11, NOW)).toEqual({ from: '2025-02-01', to: '2025-02-28' })
})
