// The one store, clock and line of this phone, and a way for screens to follow what lies in the store.
import { renewing } from '@throughline/api/session'
import { idMaker, type Line, type Recorder, Store } from '@throughline/offline'
import { liveQuery } from 'dexie'
import { onScopeDispose, type Ref, ref, shallowRef } from 'vue'

export const clock = { now: () => Date.now() }
export const store = new Store()
export const newId = idMaker(clock.now, bytes => crypto.getRandomValues(bytes))
export const recorder: Recorder = { store, clock, newId }

let turn: Promise<unknown> = Promise.resolve()

/** One sender in all tabs and the service worker; where locks are missing, one in this tab. */
function exclusive<T>(work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return navigator.locks.request('throughline-sync', work) as Promise<T>
  const next = turn.then(work, work)
  turn = next.catch(() => undefined)
  return next
}

declare const __BUILD__: string

export const line: Line = {
  store,
  clock,
  fetch: renewing((...sent) => fetch(...sent)),
  exclusive,
  build: __BUILD__,
}

/** What a question about the store answers now and whenever its answer changes; `ready` once it has answered. */
export function useLive<T>(question: () => Promise<T> | T, first: T): { value: Ref<T>; ready: Ref<boolean> } {
  const value = shallowRef(first) as Ref<T>
  const ready = ref(false)
  const following = liveQuery(question).subscribe({
    next: answer => {
      value.value = answer
      ready.value = true
    },
    error: () => {
      ready.value = true
    },
  })
  onScopeDispose(() => following.unsubscribe())
  return { value, ready }
}
