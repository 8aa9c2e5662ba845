// A PIN opens a profile on this device. It is kept as a salted, slow hash, and a few wrong tries close it until the
// person signs in by password again.
import type { Store } from './store'
import type { Profile } from './types'

export const WRONG_TRIES = 5
const ROUNDS = 120_000

export async function setPin(store: Store, id: string, pin: string, crypto: Crypto): Promise<void> {
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)))
  const hash = await hashed(pin, salt, crypto)
  await store.people.update(id, { pin: { salt, hash, wrong: 0 } })
}

/** Whether a PIN opens a profile: 'open', 'wrong', or 'closed' after too many tries. */
export async function tryPin(
  store: Store,
  profile: Profile,
  pin: string,
  crypto: Crypto,
): Promise<'open' | 'wrong' | 'closed'> {
  const kept = profile.pin
  if (!kept || kept.wrong >= WRONG_TRIES) return 'closed'
  const right = (await hashed(pin, kept.salt, crypto)) === kept.hash
  const wrong = right ? 0 : kept.wrong + 1
  await store.people.update(profile.id, { pin: { ...kept, wrong } })
  return right ? 'open' : wrong >= WRONG_TRIES ? 'closed' : 'wrong'
}

async function hashed(pin: string, salt: string, crypto: Crypto): Promise<string> {
  const bytes = new TextEncoder()
  const key = await crypto.subtle.importKey('raw', bytes.encode(pin), 'PBKDF2', false, ['deriveBits'])
  const wanted = { name: 'PBKDF2', hash: 'SHA-256', salt: bytes.encode(salt), iterations: ROUNDS }
  return hex(new Uint8Array(await crypto.subtle.deriveBits(wanted, key, 256)))
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('')
}
