// What lies on the phone, in IndexedDB. A report is on the disk before anybody is told that it is saved.
import { Dexie, type Table } from 'dexie'
import type {
  Article,
  Delivery,
  Device,
  Photo,
  Profile,
  QueuedReport,
  ReasonCode,
  Verdict,
  Words,
  WorkOrder,
} from './types'

interface Meta {
  key: string
  value: unknown
}

/** Notes about the store itself, by name. */
export interface Notes {
  device: Device
  /** The number of the next report. */
  next_seq: number
  cursor: string
  pulled_at: string
  person: string
  skew_seconds: number
  /** Reports that this device made and no longer has: its store was cleared or lost. */
  lost: number
  /** As many of them as a person has said to know of. */
  lost_seen: number
  reasons: ReasonCode[]
}

export class Store extends Dexie {
  readonly meta!: Table<Meta, string>
  readonly queue!: Table<QueuedReport, string>
  readonly verdicts!: Table<Verdict, string>
  readonly photos!: Table<Photo, string>
  readonly drawings!: Table<{ sha256: string; bytes: Blob }, string>
  readonly people!: Table<Profile, string>
  readonly workOrders!: Table<WorkOrder, string>
  readonly articles!: Table<Article, string>
  readonly deliveries!: Table<Delivery, string>
  readonly words!: Table<Words, string>

  constructor(name = 'throughline-floor', options: { indexedDB?: IDBFactory; IDBKeyRange?: typeof IDBKeyRange } = {}) {
    // 'strict': the browser answers only when the disk has it. The default since 2023 is to answer before.
    super(name, { chromeTransactionDurability: 'strict', cache: 'immutable', ...options })
    this.version(1).stores({
      meta: 'key',
      queue: 'id, seq',
      verdicts: 'id, seq, status, by, answered_at',
      photos: 'sha256',
      drawings: 'sha256',
      people: 'id',
      workOrders: 'number, token, state, order_no',
      articles: 'sku',
      deliveries: 'order_no',
      words: 'id',
    })
  }

  async note<K extends keyof Notes>(key: K): Promise<Notes[K] | undefined> {
    return (await this.meta.get(key))?.value as Notes[K] | undefined
  }

  async remember<K extends keyof Notes>(key: K, value: Notes[K]): Promise<void> {
    await this.meta.put({ key, value })
  }
}
