// The chat of one order: what was written, earlier pages on demand, what is new as it comes, and how far it is read.
import {
  getOwnMessages,
  type MessageLog,
  type MessageOut,
  type Refused,
  readOwnMessages,
  refusalOf,
  unwrap,
} from '@throughline/api'
import { computed, onBeforeUnmount, ref, shallowRef } from 'vue'
import { onTold } from './live'
import { onSent, waiting } from './outbox'
import { queries } from './queries'

const PAGE = 30

const inOrder = (found: MessageOut[]): MessageOut[] => [...found].sort((one, other) => one.number - other.number)

export function useChat(orderNo: string) {
  const path = { order_no: orderNo }
  const messages = shallowRef<MessageOut[]>([])
  const about = shallowRef<Omit<MessageLog, 'items' | 'next_cursor'>>()
  const earlier = ref<string | null>(null)
  const refusal = shallowRef<Refused>()
  /** The number up to which she had read when she came. */
  const seenBefore = ref<number>()
  const unsent = computed(() => {
    const known = new Set(messages.value.map(one => one.id))
    return waiting.value.filter(one => one.order_no === orderNo && !known.has(one.id))
  })

  async function read(query: { cursor?: string; since?: number }): Promise<MessageLog> {
    return unwrap(getOwnMessages({ path, query: { limit: PAGE, ...query } }))
  }
  /** The newest page and what was read before; that alone where there may be messages between them. */
  function joined(log: MessageLog): MessageOut[] {
    const fresh = new Map(log.items.map(one => [one.id, one]))
    const known = messages.value.filter(one => !fresh.has(one.id))
    if (known.length && known.length < messages.value.length) return inOrder([...known, ...log.items])
    earlier.value = log.next_cursor
    return inOrder(log.items)
  }
  async function again(): Promise<void> {
    try {
      const log = await read({})
      messages.value = joined(log)
      note(log)
    } catch (thrown) {
      refusal.value = refusalOf(thrown)
    }
  }
  function note({ items, next_cursor, ...rest }: MessageLog): void {
    about.value = rest
    seenBefore.value ??= rest.read.own
    refusal.value = undefined
    markRead().catch(() => undefined)
  }
  async function older(): Promise<void> {
    if (!earlier.value) return
    try {
      const log = await read({ cursor: earlier.value })
      messages.value = inOrder([...log.items, ...messages.value])
      earlier.value = log.next_cursor
    } catch (thrown) {
      refusal.value = refusalOf(thrown)
    }
  }
  async function markRead(): Promise<void> {
    const newest = messages.value.slice(-1)[0]?.number ?? 0
    if (document.hidden || newest <= (about.value?.read.own ?? 0)) return
    const { read_through } = await unwrap(readOwnMessages({ path, body: { through: newest } }))
    if (about.value) about.value = { ...about.value, read: { ...about.value.read, own: read_through } }
    queries.invalidateQueries({ queryKey: ['own-orders'] })
    queries.invalidateQueries({ queryKey: ['own-order', orderNo] })
  }

  const onVisible = (): void => {
    if (!document.hidden) void again()
  }
  const ends = [
    onTold(told => {
      if (told.type !== 'lost' && (!told.order_no || told.order_no === orderNo)) void again()
    }),
    onSent(again),
  ]
  document.addEventListener('visibilitychange', onVisible)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onVisible)
    for (const end of ends) end()
  })
  void again()
  return { messages, about, earlier, refusal, seenBefore, unsent, again, older }
}
