import { expect, test } from 'vitest'
import { type StageOfWorkflow, stations } from './line'

const both = (text: string) => ({ zh: text, en: text })
const STAGES: StageOfWorkflow[] = [
  { key: 'signed', label: both('signed') },
  { key: 'making', label: both('making') },
  { key: 'delivered', label: both('delivered'), final: true },
  { key: 'cancelled', label: both('cancelled'), final: true },
]
const states = (now: string) => stations(STAGES, now, stage => stage.label.en).map(station => station.state)

test('what lies behind is passed, what lies ahead is not', () => {
  expect(states('making')).toEqual(['passed', 'now', 'ahead'])
})

test('the last station is passed as soon as it is reached', () => {
  expect(states('delivered')).toEqual(['passed', 'passed', 'passed'])
})

test('a cancelled order ends where it was cancelled, and no other order shows that station', () => {
  expect(states('cancelled')).toHaveLength(4)
  expect(states('signed')).toHaveLength(3)
})

test('a station tells when it was reached last', () => {
  const passages = [
    { to: 'signed', at: 'Monday' },
    { to: 'making', at: 'Tuesday' },
    { to: 'making', at: 'Friday' },
  ]
  expect(stations(STAGES, 'making', stage => stage.label.en, passages).map(one => one.when)).toEqual([
    'Monday',
    'Friday',
    undefined,
  ])
})
