// The work order that a code names: from the phone, and where the phone does not have it, from the server.
import type { WorkOrder } from '@throughline/offline'
import { computed, onScopeDispose, type Ref, ref, watch } from 'vue'
import { line, store, useLive } from './app'
import { findWork } from './scanning'

export type Finding = 'looking' | 'here' | 'unknown' | 'away'

export function useWork(code: Ref<string>): { work: Ref<WorkOrder | undefined>; finding: Ref<Finding> } {
  const asked = ref<Finding>('looking')
  const { value: work, ready } = useLive(() => findWork(code.value), undefined as WorkOrder | undefined)
  let alive = true
  onScopeDispose(() => {
    alive = false
  })
  watch(
    [code, ready],
    async () => {
      if (!ready.value) return
      if (!(await findWork(code.value))) asked.value = 'looking'
      const answer = await fetched(code.value)
      if (alive) asked.value = answer
    },
    { immediate: true },
  )
  return { work, finding: computed(() => (work.value ? 'here' : asked.value)) }
}

/** Ask the server once; a scanned work order is kept like an assigned one, unless something of it waits to be sent. */
async function fetched(code: string): Promise<Finding> {
  try {
    const answer = await line.fetch(`/api/v1/work-orders/${encodeURIComponent(code)}`, { credentials: 'same-origin' })
    if (answer.status === 404 || answer.status === 422) return 'unknown'
    if (!answer.ok) return 'away'
    const work = (await answer.json()) as WorkOrder
    await store.transaction('rw', [store.queue, store.workOrders], async () => {
      const waits = await store.queue.filter(report => report.body.work_order === work.number).count()
      if (!waits) await store.workOrders.put(work)
    })
    return 'here'
  } catch {
    return 'away'
  }
}
