// The guided tour: its stops, whether it is running, and whether this browser has seen it.
import { ref } from 'vue'

export interface Stop {
  /** The key of its texts in portal.tour; `at` is the mark of what it is about, where it is about something. */
  name: 'welcome' | 'orders' | 'find' | 'date' | 'line' | 'ask' | 'complain' | 'end'
  page?: 'orders' | 'order'
  at?: string
}

const ABOUT_ORDERS: Stop[] = [
  { name: 'orders', page: 'orders', at: 'orders' },
  { name: 'find', page: 'orders', at: 'find' },
  { name: 'date', page: 'order', at: 'date' },
  { name: 'line', page: 'order', at: 'line' },
  { name: 'ask', page: 'order', at: 'ask' },
  { name: 'complain', page: 'order', at: 'complain' },
]
const KEPT = 'throughline-tour'

/** Whom nothing was ordered for yet is told only where orders will be. */
export const stopsFor = (hasOrders: boolean): Stop[] => [
  { name: 'welcome', page: 'orders' },
  ...(hasOrders ? ABOUT_ORDERS : []),
  { name: 'end' },
]

export const touring = ref(false)
export const isNew = (): boolean => !localStorage.getItem(KEPT)

export function begin(): void {
  touring.value = true
}

export function finish(): void {
  touring.value = false
  localStorage.setItem(KEPT, 'seen')
}
