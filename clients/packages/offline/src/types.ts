// What a phone keeps. Names are those of the interface, so that an answer is stored as it came.

export type ReportKind =
  | 'start'
  | 'pause'
  | 'resume'
  | 'complete'
  | 'fault'
  | 'shortage'
  | 'handover'
  | 'rework'
  | 'inspect'
  | 'issue_stock'
  | 'receive_stock'
  | 'transfer_stock'
  | 'count_stock'
  | 'load'
  | 'depart'
  | 'position'
  | 'arrive'
  | 'sign'
  | 'ack_change'
  | 'photo'
  | 'note'

export type Body = Record<string, unknown>

/** A report in the queue. `seq` counts per device without gap; `by` is the person, whoever is signed in when it goes. */
export interface QueuedReport {
  id: string
  v: number
  seq: number
  by: string | null
  kind: ReportKind
  occurred_at: string
  body: Body
  /** Hashes of photos that go before it. */
  photos: string[]
  /** Refused as a whole by the server for a reason that no repetition mends: kept, shown, never dropped. */
  parked?: string
}

/** What became of a report; kept for the person who made it. */
export interface Verdict {
  id: string
  seq: number
  by: string | null
  kind: ReportKind
  occurred_at: string
  body: Body
  status: 'applied' | 'duplicate' | 'conflict' | 'rejected'
  code: string | null
  /** Why, in the server's words. */
  detail: BothLanguages | null
  conflict_id: string | null
  answered_at: string
  seen: boolean
}

export interface Photo {
  sha256: string
  bytes: Blob
  sent: boolean
}

/** Somebody who has signed in on this device. The PIN opens the profile here and is no credential to the server. */
export interface Profile {
  id: string
  name: string
  login: string
  roles: string[]
  rights: string[]
  pin?: { salt: string; hash: string; wrong: number }
  /** Hash of the code on the person's badge, which opens the profile as well. */
  badge?: string
  used_at: string
}

export interface BothLanguages {
  zh: string
  en: string
}

export interface Operation {
  code: string
  name: BothLanguages
  work_centre: string
  minutes: string
  requirements: BothLanguages | null
  outsourced: boolean
  state: 'waiting' | 'ready' | 'running' | 'paused' | 'done'
  incoming: string
  open: string
  good: string
  scrap: string
  people: { id: string; name: string }[]
  started_at: string | null
}

export interface WorkOrder {
  number: string
  token: string
  order_no: string
  line: number
  sku: string
  name: string
  name_en: string
  unit: string
  quantity: string
  good: string
  scrap: string
  state: 'released' | 'in_progress' | 'done' | 'cancelled'
  revision: number
  order_revision: number
  current: boolean
  change: {
    change_id?: string | null
    number?: number | null
    revision: number
    text?: BothLanguages | string | null
    announced_at?: string | null
  } | null
  held: boolean
  order_stage: string
  order_category: string
  /** The newest one, where it was inspected. */
  inspection?: { passed: boolean } | null
  priority: number
  promised_date: string | null
  due_at: string | null
  technical: Record<string, unknown>
  options: Record<string, unknown>
  operations: Operation[]
  /** `issued` of it has been given out so far. */
  picking: { material: string; name: string; name_en: string; unit: string; quantity: string; issued?: string }[]
  quality: Record<string, unknown>[]
  drawings: { name: string; sha256: string; media_type: string; size_bytes: number }[]
  version: number
}

export interface Article {
  sku: string
  name: string
  name_en?: string
  unit: string
  aliases?: string[]
  /** Other units in which it is counted, and how many of its own a pack holds. */
  units?: string[]
  pack?: Record<string, unknown>
}

/** Why pieces are scrapped or do not pass, as the factory says it. */
export interface ReasonCode {
  kind: 'scrap' | 'defect'
  code: string
  name: string
  name_en: string
  place: number
  active: boolean
}

export interface Device {
  id: string
  name: string
}

/** An order on its way to the customer, for whoever loads and drives. `done` is what this phone has reported since. */
export interface Delivery {
  order_no: string
  stage: string
  stage_label: BothLanguages
  customer: string
  phone: string
  address: string
  promised_date: string | null
  done?: ReportKind[]
}

/** Words that were said without network: kept as they are, understood when the network is back. */
export interface Words {
  id: string
  text: string
  by: string | null
  said_at: string
}
