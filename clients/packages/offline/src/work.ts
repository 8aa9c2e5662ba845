// What a report does to the work order on the phone, until the server's own answer replaces it: enough for the next
// person at the machine to see it, and no more. The server decides.
import { isMore, minus, plus } from './decimals'
import type { Store } from './store'
import type { Operation, QueuedReport, WorkOrder } from './types'

/** Note a report on its work order. Runs inside the transaction that writes the report. */
export async function follow(store: Store, report: QueuedReport): Promise<void> {
  await followDelivery(store, report)
  const number = report.body.work_order
  if (typeof number !== 'string') return
  const known = await store.workOrders.get(number)
  if (!known) return
  await store.workOrders.put(followed(known, report))
}

async function followDelivery(store: Store, report: QueuedReport): Promise<void> {
  const delivery = typeof report.body.order_no === 'string' && (await store.deliveries.get(report.body.order_no))
  if (delivery) await store.deliveries.put({ ...delivery, done: [...(delivery.done ?? []), report.kind] })
}

/** The work order after a report; unchanged where the report says nothing about an operation. */
export function followed(work: WorkOrder, report: QueuedReport): WorkOrder {
  if (report.kind === 'ack_change') return { ...work, current: true, change: null, revision: work.order_revision }
  if (report.kind === 'inspect') return inspected(work, report.body.result === 'pass')
  if (report.kind === 'issue_stock') return issued(work, report.body)
  const at = work.operations.findIndex(operation => operation.code === report.body.operation)
  const operation = work.operations[at]
  if (!operation) return work
  const after = moved(operation, report)
  const operations = work.operations.map((one, index) => {
    if (index === at) return after
    return index === at + 1 && report.kind === 'complete' ? reached(one, String(report.body.good ?? '0')) : one
  })
  const isLast = at === work.operations.length - 1
  const done = isLast && after.state === 'done'
  return {
    ...work,
    operations,
    good: isLast ? after.good : work.good,
    state: done ? 'done' : work.state === 'released' ? 'in_progress' : work.state,
  }
}

/** What did not pass is made again; from which operation on, the server says. */
function inspected(work: WorkOrder, passed: boolean): WorkOrder {
  return { ...work, inspection: { passed }, state: passed ? work.state : 'in_progress' }
}

/** What was given out is not given out again; only where it was counted in the unit of the list. */
function issued(work: WorkOrder, body: QueuedReport['body']): WorkOrder {
  const picking = work.picking.map(one => {
    const counts = one.material === body.sku && (body.unit === undefined || body.unit === one.unit)
    return counts ? { ...one, issued: plus(one.issued ?? '0', String(body.quantity)) } : one
  })
  return { ...work, picking }
}

const IN_THE_HOUSE = new Set(['not_started', 'in_production', 'quality'])

/** Whether all of it is made and nobody has passed it yet. */
export function awaitsInspection(work: WorkOrder): boolean {
  return work.state === 'done' && IN_THE_HOUSE.has(work.order_category) && !work.inspection?.passed
}

function moved(operation: Operation, report: QueuedReport): Operation {
  if (report.kind === 'start' || report.kind === 'resume') return { ...operation, state: 'running' }
  if (report.kind === 'pause') return { ...operation, state: 'paused' }
  if (report.kind !== 'complete') return operation
  const good = plus(operation.good, String(report.body.good ?? '0'))
  const scrap = plus(operation.scrap, String(report.body.scrap ?? '0'))
  const told = plus(String(report.body.good ?? '0'), String(report.body.scrap ?? '0'))
  const open = isMore(told, operation.open) ? '0' : minus(operation.open, told)
  return { ...operation, good, scrap, open, state: open === '0' ? 'done' : 'running' }
}

/** The next operation gets what was made good. */
function reached(operation: Operation, good: string): Operation {
  const state = operation.state === 'waiting' && good !== '0' ? 'ready' : operation.state
  return { ...operation, incoming: plus(operation.incoming, good), open: plus(operation.open, good), state }
}

/** The operation that comes next for somebody at the machine: running first, then ready, then the first not done. */
export function nextOperation(work: WorkOrder): Operation | undefined {
  return (
    work.operations.find(one => one.state === 'running') ??
    work.operations.find(one => one.state === 'paused') ??
    work.operations.find(one => one.state === 'ready') ??
    work.operations.find(one => one.state !== 'done')
  )
}
