// What changed on the server since the last time: work orders, articles, and the drawings that belong to them.
import { instant } from './clock'
import type { Store } from './store'
import { asked, continueAfter, type Line } from './sync'
import type { Article, ReasonCode, WorkOrder } from './types'
import { awaitsInspection } from './work'

const PAGES_AT_ONCE = 200
/** A phone keeps drawings of open work up to this size each. */
const LARGEST_DRAWING = 8 * 1024 * 1024

interface Page {
  work_orders: WorkOrder[]
  articles: Article[]
  reasons: ReasonCode[]
  cursor: string
  more: boolean
  /** Somebody else reads, or other work is theirs now: what was fetched before does not count. */
  reset: boolean
  /** This device as the server knows it. */
  device?: { last_seq: number } | null
}

/** Fetch page after page. 'away' where nobody answers, 'refused' where one has to sign in; what came before stays. */
export async function pull(line: Line): Promise<'here' | 'away' | 'refused'> {
  for (let page = 0; page < PAGES_AT_ONCE; page++) {
    const headers: Record<string, string> = line.build ? { 'x-app-version': line.build } : {}
    const response = await asked(line, `/api/v1/sync?${await place(line.store)}`, { headers })
    if (!response || response.status >= 500) return 'away'
    if (!response.ok) return 'refused'
    const read = await readPage(response)
    if (!read) return 'away'
    await keep(line.store, read)
    // A store that was put back to an earlier state must not give out numbers a second time.
    if (read.device) await continueAfter(line.store, read.device.last_seq)
    if (!read.more) break
  }
  await line.store.remember('pulled_at', instant(line.clock))
  await keepDrawings(line)
  return 'here'
}

async function place(store: Store): Promise<string> {
  const query = new URLSearchParams()
  const [device, cursor] = [await store.note('device'), await store.note('cursor')]
  if (device) query.set('device_id', device.id)
  if (cursor) query.set('cursor', cursor)
  return query.toString()
}

async function readPage(response: Response): Promise<Page | undefined> {
  try {
    return (await response.json()) as Page
  } catch {
    return undefined
  }
}

/** Work that is over leaves the phone, unless something about it still waits to be sent. */
async function keep(store: Store, page: Page): Promise<void> {
  await store.transaction('rw', [store.workOrders, store.articles, store.queue, store.meta], async () => {
    const pending = new Set((await store.queue.toArray()).map(report => report.body.work_order))
    if (page.reset) {
      await store.workOrders.filter(work => !pending.has(work.number)).delete()
      await store.articles.clear()
    }
    const over = page.work_orders.filter(work => isOver(work) && !pending.has(work.number))
    await store.workOrders.bulkPut(page.work_orders.filter(work => !isOver(work) && !pending.has(work.number)))
    await store.workOrders.bulkDelete(over.map(work => work.number))
    await store.articles.bulkPut(page.articles)
    await store.remember('reasons', page.reasons)
    await store.remember('cursor', page.cursor)
  })
}

function isOver(work: WorkOrder): boolean {
  return work.state === 'cancelled' || (work.state === 'done' && !awaitsInspection(work))
}

async function keepDrawings(line: Line): Promise<void> {
  const wanted = (await line.store.workOrders.toArray()).flatMap(work => work.drawings)
  const kept = new Set(await line.store.drawings.toCollection().primaryKeys())
  for (const drawing of wanted) {
    if (kept.has(drawing.sha256) || drawing.size_bytes > LARGEST_DRAWING) continue
    const response = await asked(line, `/api/v1/drawings/${drawing.sha256}`)
    if (!response) return
    if (response.ok) await line.store.drawings.put({ sha256: drawing.sha256, bytes: await response.blob() })
    kept.add(drawing.sha256)
  }
  const needed = new Set(wanted.map(drawing => drawing.sha256))
  await line.store.drawings.bulkDelete([...kept].filter(sha256 => !needed.has(sha256)))
}
