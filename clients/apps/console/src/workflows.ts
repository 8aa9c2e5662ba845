// A workflow as its editor handles it.
import type { Both } from './documents'
import type { Effect } from './effects'

export interface Paper {
  kind: string
  min_count?: number
}
export interface Stage {
  key: string
  label: Both
  customer_label?: Both
  role: string
  category: string
  service_hours?: number | null
  final?: boolean
  deliverables?: Paper[]
}
export interface Transition {
  from: string
  action: string
  to: string
  roles: string[]
  label?: Both
  form?: string | null
  guard?: string | null
  effects?: Effect[]
}
export interface Workflow {
  key: string
  label: Both
  start: string
  stages: Stage[]
  transitions: Transition[]
  engine_actions?: Record<string, unknown>
}

export const CATEGORIES = ['not_started', 'in_production', 'quality', 'shipping', 'done', 'cancelled'] as const

/** Stage by stage, what leads out of it. */
export function waysOut(workflow: Workflow, stage: string): Transition[] {
  return workflow.transitions.filter(one => one.from === stage)
}

/** The workflow under another name for one of its stages, wherever it is spoken of. */
export function renamed(workflow: Workflow, before: string, after: string): void {
  for (const stage of workflow.stages) if (stage.key === before) stage.key = after
  for (const way of workflow.transitions) {
    if (way.from === before) way.from = after
    if (way.to === before) way.to = after
  }
  if (workflow.start === before) workflow.start = after
}

/** The workflow without a stage, and without what leads to it or out of it. */
export function without(workflow: Workflow, stage: string): void {
  workflow.stages = workflow.stages.filter(one => one.key !== stage)
  workflow.transitions = workflow.transitions.filter(one => one.from !== stage && one.to !== stage)
  if (workflow.start === stage) workflow.start = workflow.stages[0]?.key ?? ''
}
