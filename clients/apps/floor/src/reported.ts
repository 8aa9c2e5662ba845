// A report in a few words: what was done, on what, how many.
import { useI18n } from '@throughline/i18n'
import type { Body } from '@throughline/offline'

export function useReported(): (report: { kind: string; body: Body }) => string {
  const { t } = useI18n()
  return ({ kind, body }) => {
    const { work_order, order_no, good, scrap, sku, quantity } = body
    const counts = good !== undefined ? t('floor.queue.counts', { good: String(good), scrap: String(scrap ?? 0) }) : ''
    const stock = sku !== undefined ? `${quantity ?? ''} ${sku}` : ''
    return [t(`floor.kind.${kind}`), work_order ?? order_no, counts, stock].filter(Boolean).join(' · ')
  }
}
