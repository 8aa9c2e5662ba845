// Workbooks of orders: tried first, then brought in whole, at an address that can be left and come back to.
import { type OrdersImportRow, postOrdersImport, unwrap } from '@throughline/api'
import type { Sign } from '@throughline/ui'

const UNDER_WAY = new Set(['queued', 'reading', 'checking', 'opening'])

export const isUnderWay = (one: Pick<OrdersImportRow, 'state'>): boolean => UNDER_WAY.has(one.state)

/** How much of it is done, from 0 to 1; undefined as long as nobody knows how much there is. */
export function shareOf(one: OrdersImportRow): number | undefined {
  if (!one.rows) return undefined
  const passes = one.dry_run ? 1 : 2
  return (one.checked_rows + (one.dry_run ? 0 : one.opened_rows)) / (one.rows * passes)
}

/** 'tried' and 'faulty' are those that opened nothing. */
export type Outcome = 'underWay' | 'tried' | 'faulty' | 'opened'

export function outcomeOf(one: OrdersImportRow): Outcome {
  if (isUnderWay(one)) return 'underWay'
  if (one.state === 'invalid') return 'faulty'
  return one.dry_run ? 'tried' : 'opened'
}

const LOOKS: Record<Outcome, { tone: 'good' | 'warn' | 'bad' | 'plain'; sign: Sign }> = {
  underWay: { tone: 'plain', sign: 'clock' },
  tried: { tone: 'warn', sign: 'check' },
  faulty: { tone: 'bad', sign: 'alarm' },
  opened: { tone: 'good', sign: 'check' },
}
export const lookOf = (outcome: Outcome) => LOOKS[outcome]

/** Sends a workbook; where `dryRun` says so it is only told what is wrong in it. The id of the import. */
export async function send(file: Blob, name: string, dryRun: boolean): Promise<string> {
  const named = new File([file], name, { type: file.type })
  const sent = await unwrap(postOrdersImport({ query: { dry_run: dryRun }, body: { file: named } }))
  return sent.id
}
