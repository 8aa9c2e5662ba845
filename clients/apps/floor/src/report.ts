// Making a report: written down first, then sent when it can be.
import { type Body, type QueuedReport, type ReportKind, record } from '@throughline/offline'
import { ref } from 'vue'
import { recorder } from './app'
import { noteHighest } from './highest'
import type { Taken } from './photos'
import { soon } from './syncing'
import { person } from './who'

const SAID_FOR_MS = 3000
/** What was saved a moment ago, or that it could not be, for the line that says so. */
export const saved = ref<QueuedReport>()
export const notSaved = ref(false)
let silence: ReturnType<typeof setTimeout> | undefined

/** Write it down. Throws where the phone cannot, and says so: what was entered is still on the screen. */
export async function report(kind: ReportKind, body: Body, photos: Taken[] = []): Promise<QueuedReport> {
  try {
    const made = await record(recorder, { kind, by: person.value?.id ?? null, body: tidy(body), photos })
    noteHighest(made.seq)
    say(made)
    navigator.vibrate?.(40)
    soon()
    return made
  } catch (fault) {
    say(undefined)
    throw fault
  }
}

function say(made: QueuedReport | undefined): void {
  saved.value = made
  notSaved.value = !made
  clearTimeout(silence)
  if (made) silence = setTimeout(() => (saved.value = undefined), SAID_FOR_MS)
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
