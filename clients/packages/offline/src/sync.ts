// Sends what waits and fetches what changed. A report is forgotten when the server has answered it, and only then.
import { type Clock, instant, skewSeconds } from './clock'
import { waiting } from './queue'
import type { Store } from './store'
import type { BothLanguages, QueuedReport, Verdict } from './types'

export const BATCH = 100
const LONGEST_WAIT_MS = 15_000
/** Somebody has to sign in, or the device has to be named again; reports keep their place. */
const REFUSED = new Set([401, 403, 404])
/** Waiting mends these; reports keep their place. */
const PASSING = new Set([408, 409, 423, 425, 429])
/** Verdicts that went well are kept this long, so that a person sees what was sent. */
const KEPT_MS = 7 * 24 * 3600 * 1000

export interface Line {
  store: Store
  clock: Clock
  fetch: typeof fetch
  /** Runs one sender at a time in all tabs and the service worker. */
  exclusive: <T>(work: () => Promise<T>) => Promise<T>
  base?: string
  /** Which build of the app asks. */
  build?: string
}

export interface Outcome {
  /** 'idle': nothing waits; 'away': no answer; 'refused': signed out or not allowed; 'sent'. */
  state: 'idle' | 'sent' | 'away' | 'refused'
  answered: number
  status?: number
}

interface Result {
  id: string
  status: Verdict['status']
  code: string | null
  detail: string | null
  texts: BothLanguages | null
  conflict_id: string | null
}

interface Answer {
  results: Result[]
  gaps: [number, number][]
  server_time: string
}

/** Milliseconds to wait after so many failures: 1 s, doubled, at most 15 s, with chance so that phones part. */
export function patience(failures: number, chance: number): number {
  const full = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(failures, 10))
  return full / 2 + (full / 2) * chance
}

/** Send everything that waits, in order. */
export function push(line: Line): Promise<Outcome> {
  return line.exclusive(async () => {
    const device = await line.store.note('device')
    let answered = 0
    let size = BATCH
    while (device) {
      const batch = (await waiting(line.store)).filter(report => !report.parked).slice(0, size)
      if (!batch.length) return { state: answered ? 'sent' : 'idle', answered }
      const answer = await sendBatch(line, device.id, batch)
      if (answer.status === 200) {
        answered += batch.length
        size = BATCH
      } else if (answer.status === 0) return { state: 'away', answered }
      else if (answer.status >= 500 || PASSING.has(answer.status))
        return { state: 'away', answered, status: answer.status }
      else if (REFUSED.has(answer.status)) return { state: 'refused', answered, status: answer.status }
      // The batch as a whole is refused: halve it until the one report that is the reason stands alone.
      else if (batch.length > 1) size = Math.ceil(batch.length / 2)
      else await park(line.store, batch[0], answer.code)
    }
    return { state: 'idle', answered }
  })
}

async function sendBatch(
  line: Line,
  deviceId: string,
  batch: QueuedReport[],
): Promise<{ status: number; code: string }> {
  const unsent = await sendPhotos(line, batch)
  if (unsent) return unsent
  const sentAt = line.clock.now()
  const body = {
    device_id: deviceId,
    sent_at: instant(line.clock),
    reports: batch.map(({ id, v, seq, by, kind, occurred_at, body }) => ({ id, v, seq, by, kind, occurred_at, body })),
  }
  const response = await asked(line, '/api/v1/sync', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response) return { status: 0, code: 'offline' }
  if (response.status !== 200) return { status: response.status, code: await codeOf(response) }
  const answer = await readAnswer(response)
  // An answer that broke off, or that speaks of none of these, is none: they are sent again.
  if (!answer || !(await settle(line, batch, answer))) return { status: 0, code: 'unreadable' }
  await line.store.remember('skew_seconds', skewSeconds(sentAt, line.clock.now(), answer.server_time))
  return { status: 200, code: '' }
}

/** The answer, or undefined where it broke off on its way. */
async function readAnswer(response: Response): Promise<Answer | undefined> {
  try {
    return (await response.json()) as Answer
  } catch {
    return undefined
  }
}

/** Photos go before the reports that name them. */
async function sendPhotos(line: Line, batch: QueuedReport[]): Promise<{ status: number; code: string } | undefined> {
  for (const sha256 of new Set(batch.flatMap(report => report.photos))) {
    const photo = await line.store.photos.get(sha256)
    if (!photo || photo.sent) continue
    const form = new FormData()
    form.append('file', photo.bytes, `${sha256.slice(0, 16)}.jpg`)
    const response = await asked(line, '/api/v1/photos', { method: 'POST', body: form })
    if (!response) return { status: 0, code: 'offline' }
    if (!response.ok) return { status: response.status, code: await codeOf(response) }
    await line.store.photos.update(sha256, { sent: true })
  }
  return undefined
}

/** Write down what the server decided; what it answered leaves the queue in the same transaction. */
async function settle({ store, clock }: Line, batch: QueuedReport[], answer: Answer): Promise<number> {
  const byId = new Map(batch.map(report => [report.id, report]))
  const verdicts: Verdict[] = []
  for (const result of answer.results) {
    const report = byId.get(result.id)
    if (report) verdicts.push(verdictOf(report, result, instant(clock)))
  }
  const old = new Date(clock.now() - KEPT_MS).toISOString()
  await store.transaction('rw', [store.queue, store.verdicts, store.photos, store.meta], async () => {
    await store.verdicts.bulkPut(verdicts)
    await store.queue.bulkDelete(verdicts.map(verdict => verdict.id))
    await store.verdicts
      .where('answered_at')
      .below(old)
      .filter(one => one.seen)
      .delete()
    await forgetPhotos(store)
    await noteLost(store, answer.gaps)
  })
  return verdicts.length
}

function verdictOf(report: QueuedReport, result: Result, at: string): Verdict {
  const { id, seq, by, kind, occurred_at, body } = report
  const calm = result.status === 'applied' || result.status === 'duplicate'
  return {
    ...{ id, seq, by, kind, occurred_at, body },
    status: result.status,
    code: result.code ?? null,
    detail: result.texts ?? null,
    conflict_id: result.conflict_id ?? null,
    answered_at: at,
    seen: calm,
  }
}

async function forgetPhotos(store: Store): Promise<void> {
  const needed = new Set((await store.queue.toArray()).flatMap(report => report.photos))
  await store.photos.filter(photo => photo.sent && !needed.has(photo.sha256)).delete()
}

/** Numbers that the server misses and this device no longer has are reports that were lost with its store. */
async function noteLost(store: Store, gaps: [number, number][]): Promise<void> {
  const here = new Set((await store.queue.toArray()).map(report => report.seq))
  let lost = 0
  for (const [from, to] of gaps ?? []) for (let seq = from; seq <= to; seq++) if (!here.has(seq)) lost++
  await store.remember('lost', lost)
}

async function park(store: Store, report: QueuedReport | undefined, code: string): Promise<void> {
  if (report) await store.queue.update(report.id, { parked: code })
}

/** Ask; undefined where nobody answers. */
export async function asked(line: Line, path: string, init?: RequestInit): Promise<Response | undefined> {
  try {
    return await line.fetch(`${line.base ?? ''}${path}`, { credentials: 'same-origin', ...init })
  } catch {
    return undefined
  }
}

async function codeOf(response: Response): Promise<string> {
  try {
    return String(((await response.json()) as { code?: string }).code ?? response.status)
  } catch {
    return String(response.status)
  }
}

/** After the device was named anew: never use a number again that the server has seen. */
export async function continueAfter(store: Store, lastSeq: number): Promise<void> {
  await store.transaction('rw', [store.meta], async () => {
    const next = (await store.note('next_seq')) ?? 1
    if (next <= lastSeq) await store.remember('next_seq', lastSeq + 1)
  })
}
