import { expect, test } from 'vitest'
import { idMaker } from './ids'

test('an id is a UUID of version 7, and later ones sort later', () => {
  let now = Date.parse('2026-11-24T08:00:00Z')
  const newId = idMaker(
    () => now++,
    bytes => crypto.getRandomValues(bytes),
  )
  const ids = Array.from({ length: 50 }, newId)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect([...ids].sort()).toEqual(ids)
})
