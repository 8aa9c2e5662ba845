import { beforeEach, expect, test } from 'vitest'
import { type Keeping, type Sending, Shelf, type Unsent } from './unsent'

let kept: Map<string, string>
let shelf: Shelf

const storage = (): Keeping => ({
  getItem: name => kept.get(name) ?? null,
  setItem: (name, text) => void kept.set(name, text),
  removeItem: name => void kept.delete(name),
})
const message = (id: string): Unsent => ({ id, order_no: 'SO1', text: `says ${id}`, files: [], at: '2026-11-25' })
const ids = (): string[] => shelf.all().map(one => one.id)

beforeEach(() => {
  kept = new Map()
  shelf = new Shelf('eleanor', storage())
  for (const id of ['a', 'b', 'c']) shelf.put(message(id))
})

test('what waits outlives the page, and is one person’s alone', () => {
  expect(new Shelf('eleanor', storage()).all().map(one => one.text)).toEqual(['says a', 'says b', 'says c'])
  expect(new Shelf('jonas', storage()).all()).toEqual([])
})

test('it is sent in the order in which it was written, and then gone', async () => {
  const sent: string[] = []
  const all = await shelf.send(async one => {
    sent.push(one.id)
    return { state: 'sent' }
  })
  expect([all, sent, ids(), kept.size]).toEqual([true, ['a', 'b', 'c'], [], 0])
})

test('where nobody answers all the rest keeps its place', async () => {
  const answers: Sending[] = [{ state: 'sent' }, { state: 'away' }]
  expect(await shelf.send(async () => answers.shift()!)).toBe(false)
  expect(ids()).toEqual(['b', 'c'])
})

test('what is refused for good is kept with the reason, does not hold up the rest and is not sent again', async () => {
  const why = { zh: '没有这张订单', en: 'no such order' }
  await shelf.send(async one => (one.id === 'b' ? { state: 'refused', why } : { state: 'sent' }))
  expect(shelf.all()).toEqual([{ ...message('b'), refused: why }])
  let asked = 0
  await shelf.send(async () => {
    asked++
    return { state: 'sent' }
  })
  expect([asked, ids()]).toEqual([0, ['b']])
})

test('what is written while another message is on its way is not lost', async () => {
  await shelf.send(async one => {
    if (one.id === 'a') shelf.put(message('d'))
    return { state: 'sent' }
  })
  expect(ids()).toEqual(['d'])
})
