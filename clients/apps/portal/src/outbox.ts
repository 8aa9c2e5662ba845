// Messages of this customer that are not sent yet. They go as soon as somebody answers, whatever screen is open.
import { refusalOf, unwrap, writeOwnMessage } from '@throughline/api'
import { type Sending, Shelf, type Unsent } from '@throughline/offline/unsent.ts'
import { type Ref, ref } from 'vue'

const AGAIN_MS = 10_000
const PASSING = new Set([0, 401, 408, 425, 429])
const unsent = ref<Unsent[]>([])
const sent = new Set<() => Promise<void>>()
let shelf: Shelf | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let sending: Promise<void> | undefined

addEventListener('online', () => sendAll())
addEventListener('storage', ({ key }) => {
  if (key === shelf?.name) show()
})

/** What waits to be sent, oldest first. */
export const waiting: Readonly<Ref<Unsent[]>> = unsent

/** Called after messages have been sent, before they vanish from what waits. */
export function onSent(listener: () => Promise<void>): () => void {
  sent.add(listener)
  return () => sent.delete(listener)
}

/** Send what this person left behind, now and whenever there is a network again. */
export function openOutbox(owner: string): void {
  shelf = new Shelf(owner, localStorage)
  show()
  void sendAll()
}

/** Another person may use this browser now; what waits stays, unseen, for its writer. */
export function closeOutbox(): void {
  shelf = undefined
  clearTimeout(timer)
  show()
}

/** Keep a message and send it. */
export function post(message: Unsent): void {
  shelf?.put(message)
  show()
  void sendAll()
}

/** Give a message up that was refused. */
export function giveUp(id: string): void {
  shelf?.drop(id)
  show()
}

/** One sender at a time; what is written meanwhile goes in a next round. */
async function sendAll(): Promise<void> {
  await sending
  sending = locked(sendNow).finally(() => {
    sending = undefined
  })
  return sending
}

async function sendNow(): Promise<void> {
  clearTimeout(timer)
  const from = shelf
  if (!from?.all().some(one => !one.refused)) return
  const all = await from.send(postOne)
  await Promise.all([...sent].map(listener => listener().catch(() => undefined)))
  show()
  if (!all && shelf === from) timer = setTimeout(sendAll, AGAIN_MS)
}

async function locked(work: () => Promise<void>): Promise<void> {
  return navigator.locks ? navigator.locks.request('throughline-outbox', work) : work()
}

async function postOne({ id, order_no, text, files }: Unsent): Promise<Sending> {
  const body = { id, text, files: files.map(file => file.id) }
  try {
    await unwrap(writeOwnMessage({ path: { order_no }, body, headers: { 'Idempotency-Key': id } }))
    return { state: 'sent' }
  } catch (thrown) {
    const refusal = refusalOf(thrown)
    if (PASSING.has(refusal.status) || refusal.status >= 500) return { state: 'away' }
    return { state: 'refused', why: refusal.texts ?? { zh: refusal.message, en: refusal.message } }
  }
}

function show(): void {
  unsent.value = shelf?.all() ?? []
}
