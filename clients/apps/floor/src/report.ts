// Making a report: written down first, then sent when it can be.
import { type Body, type QueuedReport, type ReportKind, record } from '@throughline/offline'
import { ref } from 'vue'
import { recorder } from './app'
import { noteHighest } from './highest'
import type { Taken } from './photos'
import { soon } from './syncing'
import { person } from './who'

/** The last thing that was saved, for the line that says so. */
export const saved = ref<QueuedReport>()

export async function report(kind: ReportKind, body: Body, photos: Taken[] = []): Promise<QueuedReport> {
  const made = await record(recorder, { kind, by: person.value?.id ?? null, body: tidy(body), photos })
  noteHighest(made.seq)
  saved.value = made
  navigator.vibrate?.(40)
  soon()
  return made
}

/** The fields of a report that name its photos and its spoken note. */
export function proof(photos: Taken[], voice?: Taken): Body {
  return { photos: photos.length ? photos.map(photo => photo.sha256) : undefined, voice: voice?.sha256 }
}

/** What goes before the report that names it. */
export function proofs(photos: Taken[], voice?: Taken): Taken[] {
  return voice ? [...photos, voice] : photos
}

/** Fields left empty are left out. */
function tidy(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== ''))
}
