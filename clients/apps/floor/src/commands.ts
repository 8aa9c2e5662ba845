// What the server understood from words, and the report that it becomes once the person says yes.
import type { Body, BothLanguages, ReportKind } from '@throughline/offline'
import { line } from './app'

export interface Command {
  action: string
  /** What the action is called. */
  title: BothLanguages
  needs?: string[]
  alternatives?: Record<string, string[]>
  [slot: string]: unknown
}

const KINDS: Record<string, ReportKind> = {
  issue_stock: 'issue_stock',
  receive_stock: 'receive_stock',
  transfer_stock: 'transfer_stock',
  count_stock: 'count_stock',
  report_shortage: 'shortage',
  report_breakdown: 'fault',
  add_note: 'note',
}

/** Words as commands; undefined where nobody answers. Throws the status where the server refuses. */
export async function understand(text: string): Promise<Command[] | undefined> {
  let answer: Response
  try {
    answer = await line.fetch('/api/v1/voice/parse', {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    })
  } catch {
    return undefined
  }
  if (answer.status >= 500) return undefined
  if (!answer.ok) throw answer.status
  const told = (await answer.json()) as { commands: Command[]; cards: { title: BothLanguages }[] }
  return told.commands.map((command, at) => ({ ...command, title: told.cards[at]?.title ?? { zh: '', en: '' } }))
}

/** Whether a command is one that is reported here at all; others need the ticket, or only ask. */
export const isReportedHere = (command: Command): boolean => command.action in KINDS

/** Whether a command can be reported here as it is. */
export function isReady(command: Command): boolean {
  return isReportedHere(command) && !command.needs?.length
}

export function reportOf(command: Command): { kind: ReportKind; body: Body } | undefined {
  const kind = KINDS[command.action]
  if (!kind) return undefined
  const text = (slot: string): string | undefined => (command[slot] === undefined ? undefined : String(command[slot]))
  if (kind === 'note') return { kind, body: { text: text('note'), order_no: text('order') } }
  if (kind === 'fault') return { kind, body: { machine: text('machine'), symptom: text('symptom') } }
  if (kind === 'shortage')
    return { kind, body: { material: text('sku'), quantity: text('quantity'), unit: text('unit') } }
  const body = {
    sku: text('sku'),
    quantity: text('quantity'),
    unit: text('unit'),
    location: text('location') ?? text('from_location'),
    to_location: text('to_location'),
    customer: text('customer'),
  }
  return { kind, body }
}
