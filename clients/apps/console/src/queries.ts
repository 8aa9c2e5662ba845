// What the console has read from the server, and who reads.

import { QueryClient, useInfiniteQuery, useQuery } from '@tanstack/vue-query'
import { type Me, me, Refused, refusalOf, unwrap } from '@throughline/api'
import { computed, type Ref } from 'vue'

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      // A refusal stays one however often it is asked; a lost network may come back.
      retry: (count, error) => count < 2 && refusalOf(error).status === 0,
    },
  },
})

interface Page<Row> {
  items: Row[]
  next_cursor?: string | null
}

/** A list that is read page after page: `items` are all rows read so far. `every` is in milliseconds, false never. */
export function usePages<P extends Page<unknown>>(
  key: unknown[],
  read: (cursor?: string) => Promise<P>,
  every?: number | Ref<number | false>,
) {
  const pages = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next_cursor ?? undefined,
    refetchInterval: every,
  })
  const items = computed(() => (pages.data.value?.pages.flatMap(page => page.items) ?? []) as P['items'])
  const refusal = computed(() => (pages.error.value ? refusalOf(pages.error.value) : undefined))
  return { ...pages, items, refusal }
}

/** Who is signed in; null when nobody is. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: whoAmI, staleTime: 60_000 })
}

/** Whether whoever is signed in has a right; the server decides in any case. */
export function useMay(): (right: string) => boolean {
  const { data: me } = useMe()
  const rights = computed(() => new Set(me.value?.rights))
  return right => rights.value.has(right) || rights.value.has('admin.all')
}

// The cookies are out of reach of scripts; this remembers that there are some, so that nobody asks in vain.
const KEPT = 'throughline-signed-in'

export function noteSignedIn(yes: boolean): void {
  if (yes) localStorage.setItem(KEPT, '1')
  else localStorage.removeItem(KEPT)
}

export async function whoAmI(): Promise<Me | null> {
  if (!localStorage.getItem(KEPT)) return null
  try {
    return await unwrap(me())
  } catch (refused) {
    if (!(refused instanceof Refused && refused.status === 401)) throw refused
    noteSignedIn(false)
    return null
  }
}
