// What is asked by voice or by touch and answered by the server: how much is there, where an order stands.
import { day, moment, number, told } from '@throughline/i18n'
import type { BothLanguages } from '@throughline/offline'
import { line } from './app'

export type Said = (key: string, values?: Record<string, string | number>) => string

interface Material {
  material: string
  name: string
  unit: string
  on_hand: string | null
  available: string | null
  as_of: string | null
}
interface Order {
  order_no: string
  stage_label: BothLanguages
  promised_date: string | null
}

async function asked<T>(path: string): Promise<T | 'away' | 'unknown'> {
  try {
    const answer = await line.fetch(`/api/v1/${path}`, { credentials: 'same-origin' })
    return answer.ok ? ((await answer.json()) as T) : 'unknown'
  } catch {
    return 'away'
  }
}

/** How much of an article there is, in a sentence. */
export async function stockOf(sku: string, t: Said, locale: string): Promise<string> {
  const found = await asked<Material>(`materials/${encodeURIComponent(sku)}`)
  if (found === 'away') return t('floor.status.away')
  if (found === 'unknown' || found.on_hand === null) return t('floor.stock.notCounted', { sku })
  const counted = (quantity: string | null): string => (quantity === null ? '?' : number(quantity, locale))
  return t('floor.stock.level', {
    what: `${found.material} ${found.name}`,
    there: `${counted(found.on_hand)} ${found.unit}`,
    free: `${counted(found.available)} ${found.unit}`,
    at: found.as_of ? moment(found.as_of, locale) : '',
  })
}

/** Where an order stands, in a sentence. */
export async function stateOf(orderNo: string, t: Said, locale: string): Promise<string> {
  const found = await asked<Order>(`orders/${encodeURIComponent(orderNo)}`)
  if (found === 'away') return t('floor.status.away')
  if (found === 'unknown') return t('floor.stock.noOrder', { order: orderNo })
  const due = found.promised_date ? t('floor.work.due', { date: day(found.promised_date, locale) }) : ''
  return [found.order_no, told(found.stage_label, locale), due].filter(Boolean).join(' · ')
}
