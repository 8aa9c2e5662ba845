// Making a report: written down first, then sent when it can be.
import { type Body, type QueuedReport, type ReportKind, record } from '@throughline/offline'
import { ref } from 'vue'
import { recorder } from './app'
import type { Taken } from './photos'
import { person } from './session'
import { soon } from './syncing'

/** The last thing that was saved, for the line that says so. */
export const saved = ref<QueuedReport>()

export async function report(kind: ReportKind, body: Body, photos: Taken[] = []): Promise<QueuedReport> {
  const made = await record(recorder, { kind, by: person.value?.id ?? null, body: tidy(body), photos })
  saved.value = made
  navigator.vibrate?.(40)
  soon()
  return made
}

/** Fields left empty are left out. */
function tidy(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== ''))
}
