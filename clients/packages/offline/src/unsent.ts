// Messages that wait for the network: kept before they are sent, sent in the order in which they were written, each
// once. The id is made by whoever writes, so that sending again after a lost answer is harmless.
import type { BothLanguages } from './types'

export interface UnsentFile {
  id: string
  file_name: string
  media_type: string
  size_bytes: number
}

export interface Unsent {
  id: string
  order_no: string
  text: string
  files: UnsentFile[]
  at: string
  /** Refused by the server for a reason that no repetition mends: kept and shown, never dropped by itself. */
  refused?: BothLanguages
}

/** What a try came to: sent or sent before, refused for good, or nobody could be asked now. */
export type Sending = { state: 'sent' } | { state: 'away' } | { state: 'refused'; why: BothLanguages }

/** What a browser keeps texts in. */
export type Keeping = {
  getItem: (name: string) => string | null
  setItem: (name: string, text: string) => void
  removeItem: (name: string) => void
}

/** The messages that one person has not got sent yet, kept in the browser. */
export class Shelf {
  readonly name: string

  constructor(
    owner: string,
    private readonly storage: Keeping,
  ) {
    this.name = `throughline-unsent-${owner}`
  }

  all(): Unsent[] {
    return JSON.parse(this.storage.getItem(this.name) ?? '[]')
  }

  put(message: Unsent): void {
    this.keep([...this.all().filter(one => one.id !== message.id), message])
  }

  drop(id: string): void {
    this.keep(this.all().filter(one => one.id !== id))
  }

  /** Send what waits, oldest first, until nobody answers. Whether everything that could be sent is. */
  async send(post: (message: Unsent) => Promise<Sending>): Promise<boolean> {
    for (const message of this.all().filter(one => !one.refused)) {
      const came = await post(message)
      if (came.state === 'away') return false
      if (came.state === 'sent') this.drop(message.id)
      else this.keep(this.all().map(one => (one.id === message.id ? { ...one, refused: came.why } : one)))
    }
    return true
  }

  private keep(messages: Unsent[]): void {
    if (messages.length) this.storage.setItem(this.name, JSON.stringify(messages))
    else this.storage.removeItem(this.name)
  }
}
