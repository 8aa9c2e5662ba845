// Two languages, chosen by the person, else by the browser. Chinese is in the bundle, English comes when it is needed.
// Names in curly brackets are filled in; plurals are avoided by how the texts are written.
import { readonly, ref, shallowRef } from 'vue'

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

const language = ref<Language>('zh')
const texts = shallowRef<Partial<Record<Language, Texts>>>({})
let loader: Loader | undefined

/** The language of the screen; set by `speak`. */
export const locale = readonly(language)

/** Make this app's texts known; before the first screen. */
export async function withTexts(given: Loader): Promise<void> {
  loader = given
  texts.value = { zh: given.zh }
  await use(preferred())
}

/** Change the language for good. */
export async function speak(wanted: Language): Promise<void> {
  await use(wanted)
  localStorage.setItem(KEPT, wanted)
}

async function use(wanted: Language): Promise<void> {
  if (wanted === 'en' && loader && !texts.value.en) texts.value = { ...texts.value, en: await loader.en() }
  language.value = wanted
  document.documentElement.lang = TAGS[wanted]
}

/** The language chosen on this device, else the browser's. */
function preferred(): Language {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'zh' || kept === 'en') return kept
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh'
}

/** A text by its key; the key itself where there is none, which the build does not let happen. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = found(key)
  return text === undefined ? key : text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}

/** Whether there is a text. */
export function te(key: string): boolean {
  return found(key) !== undefined
}

function found(key: string): string | undefined {
  let at: string | Texts | undefined = texts.value[language.value]
  for (const name of key.split('.')) at = typeof at === 'object' ? at[name] : undefined
  return typeof at === 'string' ? at : undefined
}

/** What a component needs to speak. */
export function useI18n(): { t: typeof t; te: typeof te; locale: typeof locale } {
  return { t, te, locale }
}

/** A text that came from the server in both languages. */
export function told(text: BothLanguages | null | undefined, language: string): string {
  return text ? (language === 'en' ? text.en : text.zh) || text.zh : ''
}

export { amount, clock, day, dayOf, exact, moment, number, relative, sizeOf } from './format'
