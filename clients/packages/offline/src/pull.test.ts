import 'fake-indexeddb/auto'
import { beforeEach, expect, test } from 'vitest'
import { pull } from './pull'
import { record } from './queue'
import { Store } from './store'
import type { Line } from './sync'

const work = (number: string, state = 'released', more: object = {}) => ({
  ...{ number, token: number, state, operations: [], drawings: [], current: true, ...more },
})
let store: Store
let pages: object[]
let drawings: Record<string, string>
let names = 0

async function server(input: RequestInfo | URL): Promise<Response> {
  const path = String(input)
  if (!path.includes('/drawings/'))
    return pages.length ? Response.json(pages.shift()) : new Response('', { status: 503 })
  const bytes = drawings[path.split('/').at(-1) ?? '']
  return bytes ? new Response(bytes) : new Response('', { status: 404 })
}
const scratched = { kind: 'defect', code: 'scratch', name: '划伤', name_en: 'Scratch', place: 1, active: true }
const page = (work_orders: object[], more = false, reset = false) => ({
  work_orders,
  articles: [],
  reasons: [scratched],
  cursor: 'c',
  more,
  reset,
})
const numbers = async () => (await store.workOrders.toArray()).map(one => one.number)
let line: Line

beforeEach(() => {
  store = new Store(`pull-${names++}`)
  pages = []
  drawings = {}
  line = { store, clock: { now: Date.now }, fetch: server as typeof fetch, exclusive: run => run() }
})

test('pages are fetched until there are no more, and work that is over leaves the phone', async () => {
  pages = [page([work('WO1'), work('WO2')], true), page([work('WO1', 'done')])]
  expect(await pull(line)).toBe('here')
  expect(await numbers()).toEqual(['WO2'])
})

test('what is made stays on the phone until it was inspected', async () => {
  const made = { order_category: 'in_production' }
  pages = [page([work('WO1', 'done', made)]), page([work('WO1', 'done', { ...made, inspection: { passed: true } })])]
  await pull(line)
  expect(await numbers()).toEqual(['WO1'])
  await pull(line)
  expect(await numbers()).toEqual([])
})

test('the reasons that the factory offers today are kept', async () => {
  pages = [page([])]
  await pull(line)
  expect(await store.note('reasons')).toEqual([scratched])
})

test('work about which something waits to be sent is not overwritten', async () => {
  pages = [page([work('WO1')]), page([work('WO1', 'done'), work('WO2')])]
  await pull(line)
  const recorder = { store, clock: { now: Date.now }, newId: () => crypto.randomUUID() }
  await record(recorder, { kind: 'note', by: null, body: { work_order: 'WO1' } })
  await pull(line)
  expect(await numbers()).toEqual(['WO1', 'WO2'])
})

test('when somebody else reads, what the one before had is forgotten', async () => {
  pages = [page([work('WO1')]), page([work('WO9')], false, true)]
  await pull(line)
  await pull(line)
  expect(await numbers()).toEqual(['WO9'])
})

test('drawings come with the work that needs them, and leave with it', async () => {
  const drawing = { name: 'A', sha256: 'aa', media_type: 'image/png', size_bytes: 3 }
  drawings = { aa: 'png' }
  pages = [page([work('WO1', 'released', { drawings: [drawing] })]), page([work('WO1', 'cancelled')])]
  await pull(line)
  expect(await store.drawings.count()).toBe(1)
  await pull(line)
  expect(await store.drawings.count()).toBe(0)
})

test('a server that does not answer leaves everything as it was', async () => {
  pages = [page([work('WO1')])]
  await pull(line)
  expect(await pull(line)).toBe('away')
  expect(await numbers()).toEqual(['WO1'])
})

test('a store that was put back to an earlier state gives out no number twice', async () => {
  pages = [{ ...page([]), device: { last_seq: 7 } }]
  await pull(line)
  const recorder = { store, clock: { now: Date.now }, newId: () => crypto.randomUUID() }
  expect((await record(recorder, { kind: 'note', by: null, body: {} })).seq).toBe(8)
})
