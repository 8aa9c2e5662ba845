// What is to be loaded, driven and delivered, kept on the phone for where there is no network.
import { type Delivery, waiting } from '@throughline/offline'
import { line, store } from './app'
import { may } from './who'

interface OrderRow {
  order_no: string
  stage: string
  stage_label: { zh: string; en: string }
  promised_date: string | null
  customer: {
    name: string
    company?: string | null
    phone?: string | null
    address?: Record<string, unknown> | null
  } | null
}

/** Fetch the orders that are being shipped; what waits to be sent about one is not forgotten. */
export async function fetchDeliveries(): Promise<void> {
  if (!may('shipping.load') && !may('shipping.deliver')) return
  try {
    const answer = await line.fetch('/api/v1/orders?category=shipping&limit=200', { credentials: 'same-origin' })
    if (!answer.ok) return
    const { items } = (await answer.json()) as { items: OrderRow[] }
    await keep(items.map(deliveryOf))
  } catch {
    // The phone keeps what it had.
  }
}

async function keep(found: Delivery[]): Promise<void> {
  await store.transaction('rw', [store.deliveries, store.queue], async () => {
    const pending = new Set((await waiting(store)).map(report => report.body.order_no))
    const known = await store.deliveries.toArray()
    const kept = known.filter(delivery => pending.has(delivery.order_no))
    await store.deliveries.clear()
    await store.deliveries.bulkPut([...found.map(one => asFarAs(known, one)), ...kept])
  })
}

/** Where the order still stands in the stage in which this phone reported, it has come as far as was reported. */
function asFarAs(known: Delivery[], found: Delivery): Delivery {
  const before = known.find(one => one.order_no === found.order_no && one.stage === found.stage)
  return before?.done ? { ...found, done: before.done } : found
}

function deliveryOf(row: OrderRow): Delivery {
  const { order_no, stage, stage_label, promised_date, customer } = row
  const address = Object.values(customer?.address ?? {}).filter(part => typeof part === 'string')
  return {
    ...{ order_no, stage, stage_label, promised_date },
    customer: customer?.company || customer?.name || '',
    phone: customer?.phone ?? '',
    address: [...new Set(address)].join(' '),
  }
}
