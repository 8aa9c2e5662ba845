// What one is told inside the app: how much is unread, and where each leads.
import { useQuery } from '@tanstack/vue-query'
import { findNotices, type NoticeOut, unwrap } from '@throughline/api'
import type { Sign } from '@throughline/ui'
import { computed } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

type Kind = NonNullable<NoticeOut['about']>['kind'] | 'none'

const SIGNS: Record<Kind, Sign> = {
  order: 'list',
  change: 'history',
  message: 'chat',
  complaint: 'help',
  alert: 'alarm',
  endpoint: 'cloud',
  none: 'bell',
}
const MOST = 99

/** The newest ones, for a glance, with how many are unread in all: '7', '99+', or nothing. */
export function useBell() {
  const latest = useQuery({
    queryKey: ['notices', 'latest'],
    queryFn: () => unwrap(findNotices({ query: { limit: 12 } })),
    // The stream tells of each as it comes; this is for when the stream does not stand.
    refetchInterval: 120_000,
  })
  const unread = computed(() => latest.data.value?.unread ?? 0)
  const shown = computed(() => (unread.value > MOST ? `${MOST}+` : unread.value ? String(unread.value) : ''))
  return { latest, unread, shown }
}

export const signOf = (notice: NoticeOut): Sign => SIGNS[notice.about?.kind ?? 'none']

/** The screen of what a notice is about; undefined where it is about nothing that has one. */
export function placeOf({ about, order_no: orderNo }: NoticeOut): RouteLocationRaw | undefined {
  if (about?.kind === 'change' && about.id) return { name: 'change', params: { id: about.id } }
  if (about?.kind === 'complaint' && about.id) return { name: 'complaint', params: { id: about.id } }
  if (about?.kind === 'alert') return { name: 'alerts', query: about.id ? { only: about.id } : {} }
  if (about?.kind === 'endpoint') return { name: 'connections', query: { tab: 'endpoints' } }
  if (!orderNo) return undefined
  const tab = about?.kind === 'message' ? 'chat' : about?.kind === 'change' ? 'changes' : undefined
  return { name: 'order', params: { orderNo }, query: tab ? { tab } : {} }
}
