// What somebody must do now, as the office reads it: where each task leads, and what it is about in a few words.
import type { TaskOut } from '@throughline/api'
import { told, type t as translate } from '@throughline/i18n'
import type { Sign } from '@throughline/ui'
import type { RouteLocationRaw } from 'vue-router'

export const KINDS = ['alert', 'approval', 'acknowledgement', 'message', 'review', 'report', 'action'] as const
export type Kind = (typeof KINDS)[number]

export const SIGNS: Record<Kind, Sign> = {
  alert: 'bell',
  approval: 'pen',
  acknowledgement: 'hand',
  message: 'send',
  review: 'empty',
  report: 'alarm',
  action: 'play',
}

/** The screen on which a task is done. */
export function placeOf(task: TaskOut): RouteLocationRaw {
  const { order_no: orderNo } = task
  if (task.change_id) return { name: 'change', params: { id: task.change_id } }
  if (task.conflict_id) return { name: 'conflict', params: { id: task.conflict_id } }
  if (task.intake_id) return { name: 'item', params: { id: task.intake_id } }
  if (task.kind === 'message' && orderNo) return { name: 'order', params: { orderNo }, query: { tab: 'chat' } }
  if (task.kind === 'alert') return { name: 'alerts', query: { open: '1' } }
  return orderNo ? { name: 'order', params: { orderNo } } : { name: 'tasks' }
}

/** What there is to do, in one line. */
export function wordsOf(task: TaskOut, t: typeof translate, language: string): string {
  if (task.kind === 'action') {
    const labels = (task.actions ?? []).map(one => told(one.label as { zh: string; en: string }, language))
    return `${told(task.stage_label, language)} · ${labels.join(' / ')}`
  }
  if (task.kind === 'alert') return `${task.subject} ${told(task.text, language)}`
  if (task.kind === 'report')
    return [t(`console.kind.${task.report}`), task.work_order, task.person].filter(Boolean).join(' · ')
  if (task.kind === 'message') return t('console.tasks.answer')
  if (task.kind === 'review') return [task.channel, task.external_id].filter(Boolean).join(' ')
  return `${t('console.changes.number', { n: task.change ?? 0 })} · ${task.reason ?? ''}`
}

/** What a task is called first: the order that it is about, or what it is. */
export function titleOf(task: TaskOut, t: typeof translate, language: string): string {
  if (task.kind === 'alert') return told(task.label, language)
  return task.order_no ?? t(`console.tasks.kind.${task.kind}`)
}
