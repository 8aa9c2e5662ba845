import type { NoticeOut } from '@throughline/api'
import { expect, test } from 'vitest'
import { placeOf, signOf } from './notices'

function notice(about: NoticeOut['about'], orderNo: string | null = 'SO100001'): NoticeOut {
  const words = { zh: '', en: '' }
  return {
    id: '1',
    order_no: orderNo,
    template: 't',
    subject: words,
    text: words,
    about,
    created_at: '',
    read_at: null,
  }
}
const order = (tab?: string) => ({ name: 'order', params: { orderNo: 'SO100001' }, query: tab ? { tab } : {} })

test('a notice leads to what it is about, and else to its order', () => {
  expect(placeOf(notice({ kind: 'order', id: null }))).toEqual(order())
  expect(placeOf(notice({ kind: 'message', id: null }))).toEqual(order('chat'))
  expect(placeOf(notice({ kind: 'change', id: 'c' }))).toEqual({ name: 'change', params: { id: 'c' } })
  expect(placeOf(notice({ kind: 'change', id: null }))).toEqual(order('changes'))
  expect(placeOf(notice({ kind: 'complaint', id: 'k' }))).toEqual({ name: 'complaint', params: { id: 'k' } })
  expect(placeOf(notice({ kind: 'complaint', id: null }))).toEqual(order())
  expect(placeOf(notice({ kind: 'alert', id: 'a' }))).toEqual({ name: 'alerts', query: { only: 'a' } })
  expect(placeOf(notice({ kind: 'alert', id: null }))).toEqual({ name: 'alerts', query: {} })
  const endpoints = { name: 'connections', query: { tab: 'endpoints' } }
  expect(placeOf(notice({ kind: 'endpoint', id: null }, null))).toEqual(endpoints)
  expect(placeOf(notice(null, null))).toBeUndefined()
})

test('each kind has a sign of its own', () => {
  expect(signOf(notice({ kind: 'alert', id: null }))).toBe('alarm')
  expect(signOf(notice(null))).toBe('bell')
})
