// What somebody is writing, kept in this browser until it is sent: a reload or an evening loses nothing.
import { onBeforeUnmount, type Ref, watch } from 'vue'

const DAYS = 14
const PAUSE_MS = 250

interface Kept<T> {
  at: string
  value: T
}

/** What was kept under the key, unless it is too old to be of use. */
export function recall<T>(key: string): Kept<T> | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept<T> | null
    return kept && Date.now() - Date.parse(kept.at) < DAYS * 86_400_000 ? kept : undefined
  } catch {
    return undefined
  }
}

/** Keep a value as it changes, as long as it is worth that; `forget` drops it for good. */
export function useKept<T>(key: string, value: Ref<T>, worth: (value: T) => boolean): { forget: () => void } {
  let waiting: ReturnType<typeof setTimeout> | undefined
  function keep(): void {
    clearTimeout(waiting)
    waiting = undefined
    if (worth(value.value))
      localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), value: value.value }))
    else localStorage.removeItem(key)
  }
  watch(
    value,
    () => {
      waiting ??= setTimeout(keep, PAUSE_MS)
    },
    { deep: true },
  )
  const now = () => waiting && keep()
  addEventListener('pagehide', now)
  onBeforeUnmount(() => {
    now()
    removeEventListener('pagehide', now)
  })
  function forget(): void {
    clearTimeout(waiting)
    waiting = undefined
    localStorage.removeItem(key)
  }
  return { forget }
}
