// What a code says, however it came: by the camera, by a scanner that types like a keyboard, or by hand.
import type { WorkOrder } from '@throughline/offline'
import { store } from './app'

const TICKET = /\/floor\/w\/[0-9a-f]{32}|^wo\s*\d+(-\d+)?$/i

/** Whether the code is one of a work order's, and not of an article's label. */
export const isTicket = (scanned: string): boolean => TICKET.test(scanned.trim())

/** The code inside what was scanned: the last part of our own links, else the words as they are. */
export function codeOf(scanned: string): string {
  const text = scanned.trim()
  const match = /\/floor\/w\/([0-9a-f]{32})/i.exec(text)
  if (match?.[1]) return match[1].toLowerCase()
  return /^wo\s*\d+/i.test(text) ? text.replace(/\s+/g, '').toUpperCase() : text
}

/** The work order on this phone that a code names. */
export async function findWork(code: string): Promise<WorkOrder | undefined> {
  return (await store.workOrders.get(code)) ?? (await store.workOrders.where('token').equals(code).first())
}

const QUICK_MS = 50
const SHORTEST = 4

/** Listen to a scanner that types: many keys, quickly, ended by Enter. Answers how to stop. */
export function listenToWedge(scanned: (text: string) => void, target: EventTarget = window): () => void {
  let typed = ''
  let last = 0
  const hear = (event: Event): void => {
    const key = event as KeyboardEvent
    if (key.timeStamp - last > QUICK_MS) typed = ''
    last = key.timeStamp
    if (key.key === 'Enter' && typed.length >= SHORTEST) {
      key.preventDefault()
      scanned(typed)
      typed = ''
    } else if (key.key.length === 1 && !key.ctrlKey && !key.metaKey) typed += key.key
  }
  target.addEventListener('keydown', hear, { capture: true })
  return () => target.removeEventListener('keydown', hear, { capture: true })
}
