// When things are sent and fetched: on start, when the network or the screen comes back, after each report, and by a
// timer that grows more patient with every failure.
import { patience, pull, push } from '@throughline/offline'
import { ref } from 'vue'
import { line, store } from './app'
import { fetchDeliveries } from './deliveries'

export type Reach = 'unknown' | 'here' | 'away' | 'refused'
const PULL_EVERY_MS = 60_000

/** How the last attempt went; what `navigator.onLine` says is only a hint. */
export const reach = ref<Reach>('unknown')
export const busy = ref(false)

let failures = 0
let timer: ReturnType<typeof setTimeout> | undefined
let again = false
let pulledAt = 0

/** Send and fetch now; one run at a time, and once more where somebody asked meanwhile. */
export async function sync(force = false): Promise<void> {
  if (busy.value) {
    again = true
    return
  }
  busy.value = true
  clearTimeout(timer)
  try {
    await once(force)
  } finally {
    busy.value = false
  }
  if (again) {
    again = false
    void sync()
  } else schedule()
}

async function once(force: boolean): Promise<void> {
  // A phone on which nobody has signed in yet has nothing to say and may ask nothing.
  if (!(await store.note('device'))) return
  const sent = await push(line)
  const due = force || sent.answered > 0 || Date.now() - pulledAt > PULL_EVERY_MS || reach.value !== 'here'
  if (sent.state === 'away' || sent.state === 'refused') {
    reach.value = sent.state
    failures++
    return
  }
  if (!due) return
  const fetched = await pull(line)
  // Before the driver is where no network is.
  if (fetched === 'here') await fetchDeliveries()
  reach.value = fetched === 'here' ? 'here' : fetched
  failures = fetched === 'here' ? 0 : failures + 1
  if (fetched === 'here') pulledAt = Date.now()
}

function schedule(): void {
  clearTimeout(timer)
  timer = setTimeout(() => void sync(), failures ? patience(failures, Math.random()) : PULL_EVERY_MS)
}

/** After a report: send it, without anybody waiting for it. */
export function soon(): void {
  failures = 0
  void sync()
  void askForBackground()
}

/** Chromium sends in the background once the network is back, even when the app is closed; others do not know this. */
async function askForBackground(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration()
  const background = registration as
    | (ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } })
    | undefined
  await background?.sync?.register('throughline').catch(() => undefined)
}

let kept = false

/** From now on, for as long as the app is open; asked again, it only syncs. */
export function keepInSync(): void {
  void sync(true)
  if (kept) return
  kept = true
  addEventListener('online', () => soon())
  addEventListener('offline', () => {
    reach.value = 'away'
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void sync()
  })
}
