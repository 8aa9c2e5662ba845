// What changes while one looks: what is on the screen is read anew, and the open chat is told.
import { follow, type Told } from '@throughline/api'
import { watch } from 'vue'
import { queries, signedIn } from './queries'

const listeners = new Set<(told: Told) => void>()

/** Be told; until the function that is answered is called. */
export function onTold(listener: (told: Told) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Follow the customer's stream for as long as somebody is signed in. */
export function keepLive(): void {
  let end: (() => void) | undefined
  watch(
    signedIn,
    yes => {
      end?.()
      end = yes ? follow('/api/v1/portal/stream', hear) : undefined
    },
    { immediate: true },
  )
}

function hear(told: Told): void {
  if (told.type !== 'lost') {
    queries.invalidateQueries({ queryKey: ['own-orders'] })
    queries.invalidateQueries({ queryKey: told.order_no ? ['own-order', told.order_no] : ['own-order'] })
  }
  for (const listener of listeners) listener(told)
}
