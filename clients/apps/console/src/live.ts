// What changes while one looks; what is on the screen is then read anew.
import { follow, type Told } from '@throughline/api'
import { onBeforeUnmount, onMounted, type Ref, readonly, ref } from 'vue'
import { queries } from './queries'

const connected = ref(false)
// What shows orders in general; read at most once in a while, however much happens.
const GENERAL = [
  ...['orders', 'board', 'tasks', 'wall', 'work-orders', 'conversations', 'notices', 'complaints', 'complaint'],
]
const PAUSE_MS = 1500
let waiting: ReturnType<typeof setTimeout> | undefined
let listening = false

/** Whether the stream stands. It is opened by the first screen that asks and lasts as long as the page. */
export function useLive(): Readonly<Ref<boolean>> {
  onMounted(listen)
  return readonly(connected)
}

/** Now, anew every so often, so that 'since three minutes' stays true. */
export function useNow(every = 30_000): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => {
    now.value = Date.now()
  }, every)
  onBeforeUnmount(() => clearInterval(timer))
  return now
}

function listen(): void {
  if (listening) return
  listening = true
  follow('/api/v1/stream', hear)
}

function hear(told: Told): void {
  if (told.type === 'open' || told.type === 'lost') {
    connected.value = told.type === 'open'
    if (connected.value) again(undefined)
    return
  }
  connected.value = true
  if (told.type === 'notice.posted') queries.invalidateQueries({ queryKey: ['notices'] })
  else again(told.order_no)
}

function again(orderNo: string | undefined): void {
  const own = ['order', 'actions', 'events', 'messages', 'order-changes', 'papers']
  if (orderNo) for (const name of own) queries.invalidateQueries({ queryKey: [name, orderNo] })
  if (waiting) return
  waiting = setTimeout(() => {
    waiting = undefined
    for (const name of GENERAL) queries.invalidateQueries({ queryKey: [name] })
  }, PAUSE_MS)
}
