// The steps of a routing as somebody writes them, of a product or of one work order.
import type { OperationIn, OperationOut, OperationShown } from '@throughline/api'

export interface RoutingStep {
  code: string
  zh: string
  en: string
  work_centre: string
  minutes: string
  setup_minutes: string
  outsourced: boolean
  requirements: OperationOut['requirements']
  /** Has begun: it can be neither removed nor moved. */
  begun: boolean
}

export function stepOf(one: OperationOut | OperationShown): RoutingStep {
  const { code, name, work_centre, minutes, setup_minutes, outsourced, requirements } = one
  const state = 'state' in one ? one.state : 'waiting'
  const begun = state !== 'waiting' && state !== 'ready'
  return { code, zh: name.zh, en: name.en, work_centre, minutes, setup_minutes, outsourced, requirements, begun }
}

export function operationsOf(steps: RoutingStep[]): OperationIn[] {
  return steps.map(({ zh, en, begun: _, ...step }) => ({ ...step, name: { zh, en } }))
}

/** One more step, numbered in tens after the last. */
export function anotherStep(steps: RoutingStep[]): RoutingStep {
  const tens = steps.map(step => Number(/\d+/.exec(step.code)?.[0] ?? 0))
  const code = `OP${Math.max(0, ...tens) + 10}`
  const plain = { zh: '', en: '', work_centre: '', minutes: '1', setup_minutes: '0', outsourced: false }
  return { code, ...plain, requirements: null, begun: false }
}
