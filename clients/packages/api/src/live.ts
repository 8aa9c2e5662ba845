// What changes while one looks: one tab of all holds the stream and tells the others. Over plain http a browser grants
// six connections in all, and a stream in every tab would take them.

/** What is told is that something changed, never what it says. `open`: read again, something may have been missed. */
export interface Told {
  type: string
  order_no?: string
  version?: number
  message_id?: string
}

const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000

/** Follow a stream, until the function that is answered is called. */
export function follow(stream: string, hear: (told: Told) => void): () => void {
  const over = new AbortController()
  const others = 'BroadcastChannel' in globalThis ? new BroadcastChannel(stream) : undefined
  if (others) others.onmessage = ({ data }) => hear(data)
  // A browser that knows that it is away says so at once; a connection may take minutes to notice.
  addEventListener('offline', () => hear({ type: 'lost' }), { signal: over.signal })
  addEventListener('online', () => hear({ type: 'open' }), { signal: over.signal })
  const tell = (told: Told): void => {
    hear(told)
    others?.postMessage(told)
  }
  const lead = (): Promise<void> =>
    new Promise(done => {
      if (over.signal.aborted) return done()
      over.signal.addEventListener('abort', () => done())
      hold(stream, tell, over.signal)
    })
  if (navigator.locks) navigator.locks.request(stream, { signal: over.signal }, lead).catch(() => undefined)
  else lead()
  return () => {
    over.abort()
    others?.close()
  }
}

function hold(stream: string, tell: (told: Told) => void, over: AbortSignal): void {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let wait = FIRST_WAIT_MS
  function open(): void {
    source = new EventSource(stream)
    source.onopen = () => {
      wait = FIRST_WAIT_MS
      tell({ type: 'open' })
    }
    source.onmessage = ({ data }) => tell(JSON.parse(data))
    source.onerror = () => {
      tell({ type: 'lost' })
      // A browser comes back to a stream that broke off by itself, and to one that was refused never.
      if (source?.readyState !== EventSource.CLOSED) return
      timer = setTimeout(open, wait)
      wait = Math.min(2 * wait, LONGEST_WAIT_MS)
    }
  }
  over.addEventListener('abort', () => {
    clearTimeout(timer)
    source?.close()
  })
  open()
}
