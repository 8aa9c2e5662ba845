import { beforeEach, expect, test, vi } from 'vitest'

vi.mock('./app', () => ({ store: {} }))
const { codeOf, listenToWedge } = await import('./scanning')

const TOKEN = '5b2070c81aa9ea6a3770bb40728ea2fd'
let heard: string[]
let target: EventTarget
let now: number

beforeEach(() => {
  heard = []
  now = 1000
  target = new EventTarget()
})

function type(text: string, millisecondsApart: number): void {
  for (const key of [...text, 'Enter']) {
    now += millisecondsApart
    const event = new Event('keydown', { cancelable: true })
    Object.defineProperties(event, { key: { value: key }, timeStamp: { value: now } })
    target.dispatchEvent(event)
  }
}

test.each([
  [`https://factory.test/floor/w/${TOKEN}`, TOKEN],
  [`http://127.0.0.1:8000/floor/w/${TOKEN.toUpperCase()}?x=1`, TOKEN],
  [' wo 1001 ', 'WO1001'],
  ['EMP-7781', 'EMP-7781'],
])('%s says %s', (scanned, code) => {
  expect(codeOf(scanned)).toBe(code)
})

test('a scanner that types quickly is heard, a person who types is not', () => {
  const stop = listenToWedge(text => heard.push(text), target)
  type('WO1001', 8)
  type('WO1002', 180)
  stop()
  type('WO1003', 8)
  expect(heard).toEqual(['WO1001'])
})
