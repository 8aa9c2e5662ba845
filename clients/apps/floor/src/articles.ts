// The catalogue on this phone: what an article is called, and which one is meant by a few letters or a label.
import { useI18n } from '@throughline/i18n'
import type { Article } from '@throughline/offline'
import { type ComputedRef, computed, type Ref } from 'vue'
import { store, useLive } from './app'

const SHOWN = 6
// A label may carry lot and quantity behind the article's number.
const PARTS = /[\s|;,]+/

export function useArticles(): {
  articles: Ref<Article[]>
  names: ComputedRef<Map<string, string>>
  find: (words: string) => Article[]
  labelled: (text: string) => { article: Article; lot: string } | undefined
} {
  const { locale } = useI18n()
  const { value: articles } = useLive(() => store.articles.toArray(), [] as Article[])
  const names = computed(
    () => new Map(articles.value.map(one => [one.sku, (locale.value === 'en' && one.name_en) || one.name])),
  )
  /** Those that fit the words, the closest first. */
  function find(words: string): Article[] {
    const wanted = words.trim().toLowerCase()
    if (!wanted) return []
    const fits = (one: Article): number => {
      const own = [one.sku, one.name, one.name_en ?? '', ...(one.aliases ?? [])].map(text => text.toLowerCase())
      if (own.includes(wanted)) return 0
      if (own.some(text => text.startsWith(wanted))) return 1
      return own.some(text => text.includes(wanted)) ? 2 : 3
    }
    return articles.value
      .map(article => ({ article, rank: fits(article) }))
      .filter(one => one.rank < 3)
      .sort((one, other) => one.rank - other.rank || one.article.sku.localeCompare(other.article.sku))
      .slice(0, SHOWN)
      .map(one => one.article)
  }
  /** The article whose label was scanned, and the lot where it says one. */
  function labelled(text: string): { article: Article; lot: string } | undefined {
    const [sku = '', lot = ''] = text.trim().split(PARTS)
    const article = articles.value.find(one => one.sku.toLowerCase() === sku.toLowerCase())
    return article && { article, lot }
  }
  return { articles, names, find, labelled }
}
