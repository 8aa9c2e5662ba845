// Two languages, chosen by the person, else by the browser. Chinese is in the bundle, English comes when it is needed.
import { createI18n, type I18n } from 'vue-i18n'

export type Language = 'zh' | 'en'
export type Texts = { [name: string]: string | Texts }
export interface Loader {
  zh: Texts
  en: () => Promise<Texts>
}
export interface BothLanguages {
  zh: string
  en: string
}

const KEPT = 'throughline-language'
const TAGS = { zh: 'zh-CN', en: 'en-GB' } as const

/** The language chosen on this device, else the browser's. */
export function preferred(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

export type Texting = I18n<Record<string, never>, Record<string, never>, Record<string, never>, string, false>

/** The plug-in with this app's texts. */
export async function texting(loader: Loader): Promise<Texting> {
  const language = preferred()
  const i18n = createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: 'zh',
    messages: { zh: loader.zh, en: language === 'en' ? await loader.en() : {} },
  }) as unknown as Texting
  mark(language)
  loaders.set(i18n, loader)
  return i18n
}

const loaders = new WeakMap<Texting, Loader>()

/** Change the language for good. */
export async function speak(i18n: Texting, language: Language): Promise<void> {
  const loader = loaders.get(i18n)
  if (language === 'en' && loader) i18n.global.setLocaleMessage('en', (await loader.en()) as never)
  i18n.global.locale.value = language
  localStorage.setItem(KEPT, language)
  mark(language)
}

function mark(language: Language): void {
  document.documentElement.lang = TAGS[language]
}

/** A text that came from the server in both languages. */
export function told(text: BothLanguages | null | undefined, language: string): string {
  return text ? (language === 'en' ? text.en : text.zh) || text.zh : ''
}

export { amount, day, exact, moment, number, relative } from './format'
