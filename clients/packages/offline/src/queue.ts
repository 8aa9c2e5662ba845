// A report is written here first, with its own id, the device's clock and the next number; then it may be sent.
import { type Clock, instant } from './clock'
import type { Store } from './store'
import type { Body, QueuedReport, ReportKind } from './types'
import { follow } from './work'

export interface Reporting {
  kind: ReportKind
  /** The person who reports. */
  by: string | null
  body: Body
  photos?: { sha256: string; bytes: Blob }[]
}

export interface Recorder {
  store: Store
  clock: Clock
  newId: () => string
}

/** Write a report down. When this returns, it is on the disk; the work order on the phone shows it already. */
export async function record({ store, clock, newId }: Recorder, reporting: Reporting): Promise<QueuedReport> {
  const photos = reporting.photos ?? []
  return store.transaction(
    'rw',
    [store.meta, store.queue, store.photos, store.workOrders, store.deliveries],
    async () => {
      const seq = (await store.note('next_seq')) ?? 1
      const report: QueuedReport = {
        id: newId(),
        v: 1,
        seq,
        by: reporting.by,
        kind: reporting.kind,
        occurred_at: instant(clock),
        body: reporting.body,
        photos: photos.map(photo => photo.sha256),
      }
      await store.queue.add(report)
      await store.remember('next_seq', seq + 1)
      await store.photos.bulkPut(photos.map(photo => ({ ...photo, sent: false })))
      await follow(store, report)
      return report
    },
  )
}

/** What waits, in the order in which it was reported. */
export function waiting(store: Store): Promise<QueuedReport[]> {
  return store.queue.orderBy('seq').toArray()
}

/** Reports that were lost with an earlier store and that nobody has said to know of. */
export async function lost(store: Store): Promise<number> {
  return Math.max(0, ((await store.note('lost')) ?? 0) - ((await store.note('lost_seen')) ?? 0))
}

/** What a person has to look at: conflicts and rejections that nobody has seen, and what no repetition mends. */
export async function unseen(store: Store): Promise<number> {
  const answered = await store.verdicts
    .where('status')
    .anyOf('conflict', 'rejected')
    .filter(one => !one.seen)
    .count()
  return answered + (await store.queue.filter(report => Boolean(report.parked)).count())
}
