// What changes while one looks. One tab of all holds the stream and tells the others; each then reads its own anew.
import { onBeforeUnmount, onMounted, type Ref, readonly, ref } from 'vue'
import { queries } from './queries'

interface Told {
  type: string
  order_no?: string
}

const CHANNEL = 'throughline-live'
const STREAM = '/api/v1/stream'
const connected = ref(false)
// What shows orders in general; read at most once in a while, however much happens.
const GENERAL = ['orders', 'board', 'tasks', 'wall', 'work-orders']
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
  // A browser that knows that it is away says so at once; a connection may take minutes to notice.
  addEventListener('offline', () => hear({ type: 'lost' }))
  addEventListener('online', () => hear({ type: 'open' }))
  const others = new BroadcastChannel(CHANNEL)
  others.onmessage = ({ data }) => hear(data)
  const tell = (told: Told): void => {
    hear(told)
    others.postMessage(told)
  }
  const lead = (): Promise<void> =>
    new Promise(() => {
      const source = new EventSource(STREAM)
      source.onopen = () => tell({ type: 'open' })
      source.onerror = () => tell({ type: 'lost' })
      source.onmessage = ({ data }) => tell(JSON.parse(data))
    })
  // Over plain http a browser grants six connections in all: one tab takes one, for everybody.
  if (navigator.locks) navigator.locks.request(CHANNEL, lead)
  else lead()
}

function hear(told: Told): void {
  if (told.type === 'open' || told.type === 'lost') {
    connected.value = told.type === 'open'
    if (connected.value) again(undefined)
    return
  }
  connected.value = true
  again(told.order_no)
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
