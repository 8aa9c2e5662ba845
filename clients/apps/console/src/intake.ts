// What arrived, as the office reads it.
import { useQuery } from '@tanstack/vue-query'
import { findItems, getOverview, type ItemFull, type ItemRow, unwrap } from '@throughline/api'
import { told, type t as translate, type te as translated, useI18n } from '@throughline/i18n'
import type { Sign } from '@throughline/ui'
import { computed, ref } from 'vue'

export const STATUSES = ['review', 'failed', 'kept', 'ordered', 'parsed', 'ignored', 'refused'] as const
export type Status = (typeof STATUSES)[number]

/** Reasons by which it is not certain whose an order is. */
export const DOUBTS = ['customer_other_phone', 'customer_other_name', 'customer_ambiguous']

interface Look {
  tone: 'good' | 'warn' | 'bad' | 'plain'
  sign: Sign
}
const LOOKS: Record<Status, Look> = {
  review: { tone: 'warn', sign: 'hand' },
  failed: { tone: 'bad', sign: 'alarm' },
  kept: { tone: 'plain', sign: 'clock' },
  ordered: { tone: 'good', sign: 'check' },
  parsed: { tone: 'plain', sign: 'check' },
  ignored: { tone: 'plain', sign: 'minus' },
  refused: { tone: 'bad', sign: 'cross' },
}
export const lookOf = (status: Status): Look => LOOKS[status]

/** The channels that there are, each with what it is called and how it stands. */
export function useChannels(enabled: () => boolean = () => true) {
  const { t, te, locale } = useI18n()
  const asked = useQuery({
    queryKey: ['channels'],
    queryFn: () => unwrap(getOverview()),
    enabled,
    refetchInterval: 60_000,
  })
  const channels = computed(() => asked.data.value?.items ?? [])
  const nameOf = (channel: string): string =>
    told(channels.value.find(one => one.channel === channel)?.label, locale.value) ||
    (te(`console.channel.${channel}`) ? t(`console.channel.${channel}`) : channel)
  return { ...asked, channels, nameOf }
}

/** Whose it is; where nobody is named, the channel, unless the lack of a name is what somebody has to look at. */
export function titleOf(item: ItemRow, channel: string, t: typeof translate): string {
  return item.customer ?? (item.status === 'review' ? t('console.intake.noCustomer') : channel)
}

/** '#1044', '4012…', or what it is where no number is known. */
export function numberOf(item: ItemRow, t: typeof translate): string {
  const external = (item as Partial<ItemFull>).meaning?.external_number
  return typeof external === 'string' ? external : (item.external_id ?? t('console.intake.noNumber'))
}

export interface Evidence {
  about: string
  source: string
  words: string
}

/** Where a finding comes from: `about` is '/review_reasons/gift_declined' or '/lines/2'. */
export function evidenceOf(item: ItemFull, about: string): Evidence[] {
  const all = (item.explanations ?? []) as unknown as Evidence[]
  return all.filter(one => one.about === about && one.words && one.source !== 'template')
}

/** Whose words they are: the buyer's, the seller's, a line's. */
export function sourceOf(source: string, t: typeof translate, te: typeof translated): string {
  const line = /^\/lines\/(\d+)/.exec(source)
  if (line) return t('console.intake.atLine', { n: Number(line[1]) + 1 })
  const name = source.replace(/^\//, '').replace(/\W/g, '_')
  const key = `console.intake.source.${name}`
  return te(key) ? t(key) : te(`console.meaning.${name}`) ? t(`console.meaning.${name}`) : ''
}

/** Every word that something was read out of, to be marked where it stands. */
export function wordsOf(item: ItemFull): string[] {
  return ((item.explanations ?? []) as unknown as Evidence[]).filter(one => one.words).map(one => one.words)
}

/** What was just decided, told on whatever screen comes next. */
export const lately = ref<{ id: string; number: string; orderNo: string | null }>()

/** Those that wait, the longest first: where an item stands among them, and which comes before and after it. */
export function useQueue(id: () => string) {
  const queue = useQuery({
    queryKey: ['intake', 'queue'],
    queryFn: () => unwrap(findItems({ query: { status: 'review', sort: 'oldest', limit: 200 } })),
  })
  const items = computed(() => queue.data.value?.items ?? [])
  const place = computed(() => items.value.findIndex(one => one.id === id()))
  const next = computed(() => items.value[place.value + 1] ?? items.value.find(one => one.id !== id()))
  const previous = computed(() => items.value[place.value - 1])
  const many = computed(() => `${items.value.length}${queue.data.value?.next_cursor ? '+' : ''}`)
  return { items, many, place, next, previous }
}
