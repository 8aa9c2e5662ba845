import type { DeviceOut } from '@throughline/api'
import { expect, test } from 'vitest'
import { byNeed, missing, offBy, runs, seenAt, troublesOf } from './devices'

const NOW = Date.parse('2026-11-25T08:00:00Z')
const FRESH = '2026-11-25T07:59:00Z'
function device(more: Partial<DeviceOut> = {}): DeviceOut {
  const blank = { named_by: '', named_by_name: null, revoked_at: null, revoked_by_name: null, revoked_reason: null }
  const plain = { id: '1', name: '手机', kind: 'phone' as const, named_at: '2026-11-01T00:00:00Z', people: [] }
  const state = { last_seq: 9, gaps: [], pushed_at: null, pulled_at: FRESH, skew_seconds: 0, signed_in: 1 }
  return { ...blank, ...plain, ...state, app_version: 'b1', ...more }
}

test('it was last heard of when it sent, asked, or was named', () => {
  expect(seenAt(device({ pushed_at: '2026-11-25T07:59:30Z' }))).toBe('2026-11-25T07:59:30Z')
  expect(seenAt(device({ pulled_at: null }))).toBe('2026-11-01T00:00:00Z')
})

test('missing numbers are counted and named', () => {
  const one = device({
    gaps: [
      [3, 3],
      [7, 9],
    ],
  })
  expect([missing(one), runs(one)]).toEqual([4, ['3', '7–9']])
})

test('a clock is off by days, hours or minutes', () => {
  expect([offBy(59), offBy(-90)]).toEqual([undefined, { unit: 'minutes', count: 2 }])
  expect([offBy(-7200), offBy(3 * 86_400)]).toEqual([
    { unit: 'hours', count: 2 },
    { unit: 'days', count: 3 },
  ])
})

test('what is wrong is said, and nothing is expected of one that is blocked', () => {
  expect(troublesOf(device(), NOW, 'b1')).toEqual([])
  expect(troublesOf(device({ skew_seconds: -301 }), NOW, 'b1')).toEqual(['clock'])
  expect(troublesOf(device({ skew_seconds: 300 }), NOW, 'b1')).toEqual([])
  expect(troublesOf(device({ pulled_at: '2026-11-20T08:00:00Z' }), NOW, 'b1')).toEqual(['silent'])
  const bad = { gaps: [[1, 2]], app_version: 'b0' }
  expect(troublesOf(device(bad), NOW, 'b1')).toEqual(['gaps', 'old'])
  expect(troublesOf(device({ ...bad, revoked_at: FRESH }), NOW, 'b1')).toEqual([])
  expect(troublesOf(device({ app_version: null }), NOW, 'b1')).toEqual([])
})

test('what needs somebody comes first, what is blocked last', () => {
  const fine = device({ id: 'fine' })
  const old = device({ id: 'old', app_version: 'b0' })
  const gap = device({ id: 'gap', gaps: [[1, 1]] })
  const gone = device({ id: 'gone', revoked_at: FRESH })
  expect(byNeed([gone, fine, old, gap], NOW, 'b1').map(one => one.id)).toEqual(['gap', 'old', 'fine', 'gone'])
})
