import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { idMaker } from './ids'
import { type Recorder, record, unseen, waiting } from './queue'
import { Store } from './store'
import { continueAfter, type Line, patience, push } from './sync'
import type { QueuedReport } from './types'

type Fault = 'none' | 'lost request' | 'lost answer' | 'broken answer' | 'server error' | 'signed out' | 'killed'
const FAULTS: Fault[] = ['none', 'lost request', 'lost answer', 'broken answer', 'server error', 'signed out', 'killed']

/** A server that keeps its promise: each report once, in the order of its device, an answer for each. */
class Server {
  readonly applied: { device: string; seq: number; by: string | null; id: string }[] = []
  readonly known = new Set<string>()
  faults: Fault[] = []
  verdict: (report: QueuedReport) => string = () => 'applied'
  refuses: (reports: QueuedReport[]) => number = () => 0
  calls = 0

  fetch = async (_input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    this.calls++
    const fault = this.faults.shift() ?? 'none'
    if (fault === 'lost request') throw new TypeError('no network')
    if (fault === 'server error') return new Response('', { status: 503 })
    if (fault === 'signed out') return new Response('', { status: 401 })
    const sent = JSON.parse(String(init?.body)) as { device_id: string; reports: QueuedReport[] }
    const refused = this.refuses(sent.reports)
    if (refused) return Response.json({ code: 'malformed' }, { status: refused })
    const results = sent.reports.map(report => this.apply(sent.device_id, report))
    if (fault === 'lost answer') throw new TypeError('connection reset')
    if (fault === 'killed') throw new Killed()
    if (fault === 'broken answer') return new Response('{"results": [{"id"')
    return Response.json({ results, gaps: [], server_time: new Date().toISOString() })
  }

  private apply(device: string, report: QueuedReport) {
    const base = { id: report.id, code: null, detail: null, texts: null, conflict_id: null }
    if (this.known.has(report.id)) return { ...base, status: 'duplicate' }
    this.known.add(report.id)
    const status = this.verdict(report)
    if (status === 'applied') this.applied.push({ device, seq: report.seq, by: report.by, id: report.id })
    return { ...base, status }
  }
}

/** The phone's process ended in the middle; what was not on the disk is gone. */
class Killed extends Error {}

let opened: Store[] = []
let names = 0

beforeEach(() => {
  opened = []
})
afterEach(() => {
  for (const store of opened) store.close()
})

async function phone(
  id: string,
): Promise<{ recorder: Recorder; line: (server: Server) => Line; restart: () => Promise<void> }> {
  const name = `phone-${names++}`
  const clock = { now: () => Date.now() }
  const newId = idMaker(clock.now, bytes => crypto.getRandomValues(bytes))
  const open = (): Store => {
    const store = new Store(name)
    opened.push(store)
    return store
  }
  const recorder: Recorder = { store: open(), clock, newId }
  await recorder.store.remember('device', { id, name: id })
  let turn: Promise<unknown> = Promise.resolve()
  return {
    recorder,
    line: server => ({
      store: recorder.store,
      clock,
      fetch: server.fetch as typeof fetch,
      exclusive: work => {
        const next = turn.then(work, work)
        turn = next.catch(() => undefined)
        return next
      },
    }),
    restart: async () => {
      recorder.store.close()
      recorder.store = open()
    },
  }
}

const step = fc.record({
  device: fc.integer({ min: 0, max: 1 }),
  does: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('report' as const) },
    { weight: 3, arbitrary: fc.constantFrom('send' as const) },
    { weight: 1, arbitrary: fc.constantFrom('restart' as const) },
  ),
  by: fc.constantFrom('wang', 'li', 'zhao'),
  faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 3 }),
})

test('two phones, whatever fails: the server has each report once, in order, under the right name', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const server = new Server()
      const phones = [await phone('a'), await phone('b')]
      const made: QueuedReport[][] = [[], []]
      for (const { device, does, by, faults } of steps) {
        const one = phones[device]!
        if (does === 'report') made[device]!.push(await record(one.recorder, { kind: 'note', by, body: { text: by } }))
        else if (does === 'restart') await one.restart()
        else {
          server.faults = [...faults]
          await push(one.line(server)).catch(error => {
            if (!(error instanceof Killed)) throw error
          })
          if (faults.includes('killed')) await one.restart()
        }
      }
      server.faults = []
      for (const [index, one] of phones.entries()) {
        await push(one.line(server))
        const told = server.applied.filter(report => report.device === 'ab'[index])
        const wanted = made[index]!.map(({ seq, by, id }) => ({ device: 'ab'[index], seq, by, id }))
        expect(told).toEqual(wanted)
        expect(wanted.map(report => report.seq)).toEqual(wanted.map((_, at) => at + 1))
        expect(await waiting(one.recorder.store)).toEqual([])
      }
    }),
    { numRuns: 60, seed: 20261124 },
  )
}, 60_000)

test('a report is on the disk before it is said to be saved', async () => {
  const one = await phone('a')
  const report = await record(one.recorder, { kind: 'note', by: 'wang', body: {} })
  await one.restart()
  expect(await waiting(one.recorder.store)).toEqual([report])
})

test('several tabs sending at once send nothing twice', async () => {
  const one = await phone('a')
  const server = new Server()
  for (let count = 0; count < 5; count++) await record(one.recorder, { kind: 'note', by: null, body: {} })
  const line = one.line(server)
  await Promise.all([push(line), push(line), push(line)])
  expect(server.calls).toBe(1)
  expect(server.applied).toHaveLength(5)
})

test('a conflict leaves the queue and waits to be seen; nothing behind it is held up', async () => {
  const one = await phone('a')
  const server = new Server()
  server.verdict = report => (report.seq === 2 ? 'conflict' : 'applied')
  for (let count = 0; count < 3; count++) await record(one.recorder, { kind: 'note', by: null, body: {} })
  expect(await push(one.line(server))).toEqual({ state: 'sent', answered: 3 })
  expect(await waiting(one.recorder.store)).toEqual([])
  expect(await unseen(one.recorder.store)).toBe(1)
})

test('one report that the server cannot take is kept aside, and the others go', async () => {
  const one = await phone('a')
  const server = new Server()
  server.refuses = reports => (reports.some(report => report.body.bad) ? 422 : 0)
  for (let count = 0; count < 7; count++)
    await record(one.recorder, { kind: 'note', by: null, body: { bad: count === 4 } })
  await push(one.line(server))
  expect(server.applied.map(report => report.seq)).toEqual([1, 2, 3, 4, 6, 7])
  expect((await waiting(one.recorder.store)).map(report => [report.seq, report.parked])).toEqual([[5, 'malformed']])
  expect(await unseen(one.recorder.store)).toBe(1)
})

test('a cleared store goes on behind the last number that the server has seen', async () => {
  const one = await phone('a')
  await continueAfter(one.recorder.store, 41)
  expect((await record(one.recorder, { kind: 'note', by: null, body: {} })).seq).toBe(42)
  await continueAfter(one.recorder.store, 7)
  expect((await record(one.recorder, { kind: 'note', by: null, body: {} })).seq).toBe(43)
})

test('numbers that neither the server nor this phone has are told as lost', async () => {
  const one = await phone('a')
  await continueAfter(one.recorder.store, 10)
  await record(one.recorder, { kind: 'note', by: null, body: {} })
  const server = new Server()
  const withGaps = async (...sent: Parameters<typeof fetch>): Promise<Response> => {
    const answer = (await (await server.fetch(...sent)).json()) as object
    return Response.json({ ...answer, gaps: [[8, 9]] })
  }
  await push({ ...one.line(server), fetch: withGaps as typeof fetch })
  expect(await one.recorder.store.note('lost')).toBe(2)
})

test('each failure waits longer, by chance apart, and never more than a quarter of a minute', () => {
  expect(patience(0, 0)).toBe(500)
  expect(patience(3, 1)).toBe(8000)
  expect(patience(50, 1)).toBe(15_000)
})
