// Why pieces are scrapped or do not pass: what the factory offers today, in the order it gave.
import { useI18n } from '@throughline/i18n'
import type { ReasonCode } from '@throughline/offline'
import { type ComputedRef, computed } from 'vue'
import { store, useLive } from './app'

export interface Offered {
  code: string
  label: string
}

/** The reasons of one kind; until the phone has heard of any, 'other' alone. */
export function useReasons(kind: ReasonCode['kind']): ComputedRef<Offered[]> {
  const { t, locale } = useI18n()
  const { value: known } = useLive(async () => (await store.note('reasons')) ?? [], [] as ReasonCode[])
  return computed(() => {
    const offered = known.value
      .filter(one => one.kind === kind && one.active)
      .sort((one, other) => one.place - other.place)
      .map(one => ({ code: one.code, label: (locale.value === 'en' && one.name_en) || one.name }))
    return offered.length ? offered : [{ code: 'other', label: t('floor.otherReason') }]
  })
}
