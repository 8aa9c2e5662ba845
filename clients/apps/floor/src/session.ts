// Signing in needs the server; switching between those who have signed in on this device does not.
import { type BothLanguages, continueAfter, type Profile } from '@throughline/offline'
import { clock, line, newId, store } from './app'
import { highest, noteHighest } from './highest'
import { open, openAs, openedBefore, person } from './who'

interface Me {
  id: string
  name: string
  login: string
  roles: { key: string }[]
  rights: string[]
}

/** How signing in went; `why` in the server's words, where it said any. */
export interface SignedIn {
  state: 'in' | 'wrong' | 'away' | 'refused' | 'blocked' | 'code'
  why?: BothLanguages
}

/** Before the first screen: the profile that was open last stays open, unless a PIN locks it. */
export async function restore(): Promise<void> {
  const id = await store.note('person')
  const last = id ? await store.people.get(id) : undefined
  person.value = last
  open.value = Boolean(last && (!last.pin || openedBefore() === last.id))
}

/** `code` is that of a second factor, once it was asked for. */
export async function signIn(username: string, password: string, code = ''): Promise<SignedIn> {
  const body = new URLSearchParams({ username, password, session: 'cookie', ...(code ? { otp: code } : {}) })
  const granted = await ask('/api/v1/auth/token', { method: 'POST', body })
  if (!granted) return { state: 'away' }
  if (!granted.ok) return refused(granted)
  const told = await ask('/api/v1/me')
  if (!told?.ok) return { state: 'away' }
  const named = await nameDevice()
  // Whom the device does not take is nobody here: their reports would only wait for a person.
  if (named.state === 'in') await enter((await told.json()) as Me)
  return named
}

async function refused(answer: Response): Promise<SignedIn> {
  const problem = (await answer.json().catch(() => undefined)) as { code?: string; texts?: BothLanguages } | undefined
  if (problem?.code === 'credentials_invalid') return { state: 'wrong' }
  return { state: problem?.code?.startsWith('second_factor_') ? 'code' : 'refused', why: problem?.texts }
}

async function enter(me: Me): Promise<void> {
  const kept = await store.people.get(me.id)
  const profile: Profile = {
    id: me.id,
    name: me.name,
    login: me.login,
    roles: me.roles.map(role => role.key),
    rights: me.rights,
    used_at: new Date(clock.now()).toISOString(),
    ...(kept?.badge ? { badge: kept.badge } : {}),
    ...(kept?.pin ? { pin: { ...kept.pin, wrong: 0 } } : {}),
  }
  await store.people.put(profile)
  await become(profile)
}

/** Open a profile. Reports made from now on carry this name. */
export async function become(profile: Profile): Promise<void> {
  await store.people.update(profile.id, { used_at: new Date(clock.now()).toISOString() })
  await store.remember('person', profile.id)
  openAs((await store.people.get(profile.id)) ?? profile)
}

export async function refreshProfile(): Promise<void> {
  if (person.value) person.value = await store.people.get(person.value.id)
}

/** Take a person off this device. Their reports stay in the queue and are sent under their name. */
export async function forget(id: string): Promise<void> {
  await store.people.delete(id)
  if (person.value?.id !== id) return
  await store.meta.delete('person')
  person.value = undefined
  open.value = false
  await ask('/api/v1/auth/logout', { method: 'POST' })
}

/** Name this device to the server; whoever signs in is enrolled on it. */
async function nameDevice(): Promise<SignedIn> {
  const known = await store.note('device')
  const device = known ?? { id: rememberedId() ?? newId(), name: deviceName() }
  const answer = await ask('/api/v1/devices', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: device.id, name: device.name, kind: kindOfDevice() }),
  })
  if (!answer) return { state: 'away' }
  if (answer.status === 409) return { state: 'blocked' }
  if (!answer.ok) return { state: 'refused' }
  const told = (await answer.json()) as { last_seq: number }
  await continueAfter(store, Math.max(told.last_seq, highest()))
  if (!known) await noteLostStore(told.last_seq)
  noteHighest(told.last_seq)
  await store.remember('device', device)
  localStorage.setItem(DEVICE, device.id)
  return { state: 'in' }
}

/** A device that the server knows and that has forgotten itself: its store was cleared, with what was not sent yet. */
async function noteLostStore(lastSeq: number): Promise<void> {
  const lost = highest() - lastSeq
  if (lost > 0) await store.remember('lost', lost)
}

// Beside the store, so that a store that was cleared alone is noticed: the server knows how far this device had come.
const DEVICE = 'throughline-device'
const rememberedId = (): string | null => localStorage.getItem(DEVICE)

function deviceName(): string {
  const system = /Android|iPhone|iPad|Windows|Mac|Linux/.exec(navigator.userAgent)?.[0] ?? 'Browser'
  return `${system} ${newId().slice(-4)}`
}

function kindOfDevice(): 'phone' | 'tablet' {
  return Math.min(screen.width, screen.height) >= 600 ? 'tablet' : 'phone'
}

async function ask(path: string, init?: RequestInit): Promise<Response | undefined> {
  try {
    return await line.fetch(path, { credentials: 'same-origin', ...init })
  } catch {
    return undefined
  }
}
