// What the portal has read from the server, and whether somebody is signed in.

import { QueryClient } from '@tanstack/vue-query'
import { refusalOf } from '@throughline/api'
import { ref } from 'vue'

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: (count, error) => count < 2 && refusalOf(error).status === 0 },
  },
})

// The cookie is out of reach of scripts; this remembers that there is one, so that nobody asks in vain.
const KEPT = 'throughline-customer'
export const signedIn = ref(Boolean(localStorage.getItem(KEPT)))

export function noteSignedIn(yes: boolean): void {
  signedIn.value = yes
  if (yes) localStorage.setItem(KEPT, '1')
  else localStorage.removeItem(KEPT)
}
