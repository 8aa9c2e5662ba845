// Who counts the stock, by the name that people know.
import type { t as translate, te as translated } from '@throughline/i18n'

export function sourceName(source: string, t: typeof translate, te: typeof translated): string {
  for (const key of [`console.erps.names.${source}`, `console.stock.sources.${source}`]) if (te(key)) return t(key)
  return source
}
