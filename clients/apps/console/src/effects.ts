// What follows a transition, as its form handles it.
export const RECIPIENTS = ['role', 'position', 'person', 'party'] as const
export type Party = (typeof RECIPIENTS)[number]
export interface Effect {
  kind: string
  to?: Partial<Record<Party, string>>
  channels?: string[]
  template?: string
  role?: string
  form?: string | null
}

/** What an effect of a kind begins with. */
export function blankEffect(kind: string): Effect {
  if (kind === 'notify') return { kind, to: { role: '' }, channels: ['in_app'], template: '' }
  if (kind === 'open_task') return { kind, role: '', form: null }
  return { kind }
}

/** Whom an effect tells: the one entry of its `to`. */
export function recipientOf(effect: Effect): { party: Party; key: string } {
  const party = RECIPIENTS.find(one => effect.to?.[one] !== undefined) ?? 'role'
  return { party, key: effect.to?.[party] ?? '' }
}

/** The effects with one of them moved by so many places. */
export function moved(effects: readonly Effect[], at: number, by: number): Effect[] {
  const found = [...effects]
  const [one] = found.splice(at, 1)
  if (one) found.splice(at + by, 0, one)
  return found
}
