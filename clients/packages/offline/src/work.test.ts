import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isMore, minus, plus } from './decimals'
import type { Operation, QueuedReport, WorkOrder } from './types'
import { awaitsInspection, followed, nextOperation } from './work'

const operation = (code: string, state: Operation['state'], open: string): Operation => ({
  ...{ code, state, open, incoming: open, good: '0', scrap: '0', work_centre: 'W1', minutes: '1', requirements: null },
  ...{ name: { zh: code, en: code }, outsourced: false, people: [], started_at: null },
})
const WORK = {
  number: 'WO1',
  state: 'released',
  revision: 1,
  order_revision: 2,
  current: false,
  change: { revision: 2 },
  good: '0',
  operations: [operation('OP10', 'ready', '30'), operation('OP20', 'waiting', '0')],
} as unknown as WorkOrder
const report = (kind: QueuedReport['kind'], body: Record<string, unknown>) =>
  ({ kind, body }) as unknown as QueuedReport

test('a completion opens the next operation for what was made good', () => {
  const after = followed(WORK, report('complete', { operation: 'OP10', good: '28', scrap: '2' }))
  expect(after.operations.map(one => [one.state, one.open])).toEqual([
    ['done', '0'],
    ['ready', '28'],
  ])
  expect(nextOperation(after)?.code).toBe('OP20')
  expect(after.state).toBe('in_progress')
})

test('the last operation, done, ends the work order', () => {
  const first = followed(WORK, report('complete', { operation: 'OP10', good: '30', scrap: '0' }))
  const last = followed(first, report('complete', { operation: 'OP20', good: '30', scrap: '0' }))
  expect([last.state, last.good]).toEqual(['done', '30'])
})

test('what is made waits to be inspected until it has passed, or is made again', () => {
  const made = { ...WORK, state: 'done', order_category: 'quality', inspection: null } as WorkOrder
  expect(awaitsInspection(made)).toBe(true)
  expect(awaitsInspection(WORK)).toBe(false)
  expect(awaitsInspection({ ...made, order_category: 'shipping' })).toBe(false)
  expect(awaitsInspection(followed(made, report('inspect', { result: 'pass' })))).toBe(false)
  expect(followed(made, report('inspect', { result: 'fail' })).state).toBe('in_progress')
})

test('an acknowledged change lifts the red stop on this phone', () => {
  expect(followed(WORK, report('ack_change', {}))).toMatchObject({ current: true, change: null, revision: 2 })
})

test('quantities add and take away exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.integer({ min: 0, max: 1e12 }), (left, right) => {
      const [a, b] = [`${Math.floor(left / 1e6)}.${String(left % 1e6).padStart(6, '0')}`, String(right % 1e6)]
      expect(isMore(minus(plus(a, b), b), a) || isMore(a, minus(plus(a, b), b))).toBe(false)
    }),
  )
  expect(plus('0.1', '0.2')).toBe('0.3')
  expect(minus('1', '1.5')).toBe('-0.5')
})
