// Any code that a person carries (the factory's badge) can open their profile here; kept as a hash.
import type { Profile } from '@throughline/offline'
import { store } from './app'
import { hashed } from './photos'

async function mark(text: string): Promise<string> {
  return (await hashed(new Blob([`throughline badge ${text.trim()}`]))).sha256
}

export async function keepBadge(id: string, text: string): Promise<void> {
  await store.people.update(id, { badge: await mark(text) })
}

/** Whose badge this is, of those who have signed in on this device. */
export async function badgeOf(text: string): Promise<Profile | undefined> {
  const wanted = await mark(text)
  return store.people.filter(one => one.badge === wanted).first()
}
