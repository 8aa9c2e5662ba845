// What a factory writes down about itself: workflows, order types and forms, each a versioned document with a draft.
import * as api from '@throughline/api'
import { unwrap } from '@throughline/api'

export const KINDS = ['workflow', 'order_type', 'form'] as const
export type Kind = (typeof KINDS)[number]
export type Body = Record<string, unknown>
export interface Both {
  zh: string
  en: string
}
export interface Fault {
  pointer: string
  severity: 'error' | 'warning'
  detail: Both
}

const CALLS = {
  workflow: {
    list: api.listWorkflows,
    versions: api.listWorkflowVersions,
    version: api.getWorkflowVersion,
    draft: api.getWorkflowDraft,
    save: api.putWorkflowDraft,
    drop: api.deleteWorkflowDraft,
    publish: api.publishWorkflowDraft,
  },
  order_type: {
    list: api.listOrderTypes,
    versions: api.listOrderTypeVersions,
    version: api.getOrderTypeVersion,
    draft: api.getOrderTypeDraft,
    save: api.putOrderTypeDraft,
    drop: api.deleteOrderTypeDraft,
    publish: api.publishOrderTypeDraft,
  },
  form: {
    list: api.listForms,
    versions: api.listFormVersions,
    version: api.getFormVersion,
    draft: api.getFormDraft,
    save: api.putFormDraft,
    drop: api.deleteFormDraft,
    publish: api.publishFormDraft,
  },
}

export interface Draft {
  body: Body
  draft_version: number
  valid: boolean
  problems: Fault[]
}

/** The calls for one kind of document, alike for all. */
export function documentsOf(kind: Kind) {
  const calls = CALLS[kind] as (typeof CALLS)['workflow']
  return {
    list: () => unwrap(calls.list()),
    versions: (key: string) => unwrap(calls.versions({ path: { key } })),
    version: (key: string, n: number) => unwrap(calls.version({ path: { key, n } })) as Promise<Body>,
    draft: (key: string) => unwrap(calls.draft({ path: { key } })) as unknown as Promise<Draft>,
    save: (key: string, body: Body, version?: number) =>
      unwrap(
        calls.save({ path: { key }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } }),
      ) as unknown as Promise<Draft>,
    drop: (key: string) => unwrap(calls.drop({ path: { key } })),
    publish: (key: string) => unwrap(calls.publish({ path: { key } })),
  }
}

/** What a document begins with that nobody has written yet. */
export function blank(kind: Kind, key: string, label: Both): Body {
  if (kind === 'form') return { key, label, schema: { type: 'object', properties: {} } }
  if (kind === 'order_type') {
    const fields = { type: 'object', additionalProperties: false, properties: {} }
    return { key, label, workflow: 'standard', lead_time_days: 15, fields }
  }
  const stage = (name: string, words: Both, category: string, role: string, final: boolean) => ({
    ...{ key: name, label: words, customer_label: words, role, category, service_hours: final ? null : 24, final },
  })
  return {
    key,
    label,
    start: 'begun',
    stages: [
      stage('begun', { zh: '待开始', en: 'To begin' }, 'not_started', 'sales', false),
      stage('finished', { zh: '已完成', en: 'Done' }, 'done', 'sales', true),
    ],
    transitions: [{ from: 'begun', action: 'sign_delivery', to: 'finished', roles: ['sales'], effects: [] }],
  }
}

/** What is wrong at a place of the document, and inside it. */
export function faultsAt(faults: Fault[], pointer: string): Fault[] {
  return faults.filter(one => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))
}
