import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { setPin, tryPin, WRONG_TRIES } from './pin'
import { Store } from './store'

test('a PIN opens its profile, and a few wrong ones close it until the next sign-in', async () => {
  const store = new Store('pins')
  const wang = { id: 'w', name: '王建国', login: 'wang', roles: [], rights: [], used_at: '' }
  await store.people.add(wang)
  await setPin(store, 'w', '2468', crypto)
  const profile = async () => (await store.people.get('w'))!
  expect(await tryPin(store, await profile(), '2468', crypto)).toBe('open')
  for (let count = 1; count < WRONG_TRIES; count++) {
    expect(await tryPin(store, await profile(), '1111', crypto)).toBe('wrong')
  }
  expect(await tryPin(store, await profile(), '1111', crypto)).toBe('closed')
  expect(await tryPin(store, await profile(), '2468', crypto)).toBe('closed')
  expect(JSON.stringify(await profile())).not.toContain('2468')
})
