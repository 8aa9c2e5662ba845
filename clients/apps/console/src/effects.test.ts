import { expect, test } from 'vitest'
import { blankEffect, moved, recipientOf } from './effects'

test('a kind begins with the fields that it has, and no others', () => {
  expect(Object.keys(blankEffect('notify'))).toEqual(['kind', 'to', 'channels', 'template'])
  expect(Object.keys(blankEffect('open_task'))).toEqual(['kind', 'role', 'form'])
  expect(blankEffect('reserve_material')).toEqual({ kind: 'reserve_material' })
})

test('whom it tells is the one entry of its recipient', () => {
  expect(recipientOf({ kind: 'notify', to: { party: 'customer' } })).toEqual({ party: 'party', key: 'customer' })
  expect(recipientOf({ kind: 'notify' })).toEqual({ party: 'role', key: '' })
})

test('the sequence is changed by moving one', () => {
  const effects = ['a', 'b', 'c'].map(kind => ({ kind }))
  expect(moved(effects, 2, -1).map(one => one.kind)).toEqual(['a', 'c', 'b'])
  expect(moved(effects, 0, 1).map(one => one.kind)).toEqual(['b', 'a', 'c'])
  expect(effects.map(one => one.kind)).toEqual(['a', 'b', 'c'])
})
