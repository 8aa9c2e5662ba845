// Phones and terminals of the floor: how each stands, and what about it a person should look at.
import type { DeviceOut } from '@throughline/api'
import type { Sign } from '@throughline/ui'

declare const __BUILD__: string

/** As the server flags reports, too: a clock that is off by more should be set. */
const CLOCK_OFF_SECONDS = 300
const SILENT_MS = 3 * 24 * 3600 * 1000

export type Trouble = 'gaps' | 'clock' | 'silent' | 'old'
export const TROUBLES: Record<Trouble, { tone: 'bad' | 'warn' | 'plain'; sign: Sign }> = {
  gaps: { tone: 'bad', sign: 'alarm' },
  clock: { tone: 'warn', sign: 'clock' },
  silent: { tone: 'warn', sign: 'cloudOff' },
  old: { tone: 'plain', sign: 'history' },
}

/** When it was last heard of: it sent, it asked, or it was named. */
export function seenAt(device: DeviceOut): string {
  return [device.pushed_at, device.pulled_at, device.named_at].filter(Boolean).sort().at(-1) ?? device.named_at
}

/** How many numbers of reports are missing. */
export function missing(device: DeviceOut): number {
  return device.gaps.reduce((sum, [from = 0, to = 0]) => sum + to - from + 1, 0)
}

/** '3', '7–9': which are missing. */
export function runs(device: DeviceOut): string[] {
  return device.gaps.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`))
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
] as const

/** How far a clock is off, in the largest unit of which it is at least two; undefined under a minute. */
export function offBy(seconds: number): { unit: (typeof UNITS)[number][0]; count: number } | undefined {
  const off = Math.abs(seconds)
  if (off < 60) return undefined
  const [unit, length] = UNITS.find(([, one]) => off >= 2 * one) ?? UNITS[2]
  return { unit, count: Math.round(off / length) }
}

/** Nothing is expected of one that is blocked. */
export function troublesOf(device: DeviceOut, now: number, build = __BUILD__): Trouble[] {
  if (device.revoked_at) return []
  return [
    ...(device.gaps.length ? (['gaps'] as const) : []),
    ...(Math.abs(device.skew_seconds) > CLOCK_OFF_SECONDS ? (['clock'] as const) : []),
    ...(now - Date.parse(seenAt(device)) > SILENT_MS ? (['silent'] as const) : []),
    ...(device.app_version && device.app_version !== build ? (['old'] as const) : []),
  ]
}

/** What somebody should look at first, then who was heard of last; those that are blocked come last. */
export function byNeed(devices: DeviceOut[], now: number, build = __BUILD__): DeviceOut[] {
  const weight = (one: DeviceOut) => {
    const [worst] = troublesOf(one, now, build)
    return one.revoked_at ? 9 : worst ? Object.keys(TROUBLES).indexOf(worst) : 8
  }
  return [...devices].sort((a, b) => weight(a) - weight(b) || seenAt(b).localeCompare(seenAt(a)))
}
