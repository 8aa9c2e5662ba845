// Any code that a person carries can be linked to their profile here, kept as a hash. The badges that the factory
// prints are known to the server, and say who somebody is; the PIN follows.
import type { Profile } from '@throughline/offline'
import { line, store } from './app'
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

const PRINTED = /^[0-9]{40}$/

/** Who carries a badge that the factory printed; undefined where the server does not know it or cannot be asked. */
export async function carrierOf(text: string): Promise<{ id: string; login: string } | undefined> {
  const badge = text.trim()
  const device = await store.note('device')
  if (!device || !PRINTED.test(badge)) return undefined
  try {
    const answer = await line.fetch(`/api/v1/devices/${device.id}/badge`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ badge }),
    })
    return answer.ok ? await answer.json() : undefined
  } catch {
    return undefined
  }
}
