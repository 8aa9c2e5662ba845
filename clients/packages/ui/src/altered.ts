// What a change alters, read out of the sentences in which the server tells it.
import type { BothLanguages } from './line'

export interface Altered {
  name: string
  before: string
  after: string
}

/** Field by field, was and will be; the names and the words are the server's own. */
export function altered(fields: Record<string, unknown>, locale: string, place = ''): Altered[] {
  return Object.values(fields).map(field => {
    const sentence = (locale === 'en' ? (field as BothLanguages).en : (field as BothLanguages).zh) ?? ''
    const [, name = sentence, words = ''] = /^(.*?)(?:：|: )(.*)$/s.exec(sentence) ?? []
    const [before = '', after = ''] = words.includes(' → ') ? words.split(' → ') : ['', words]
    return { name: name.startsWith(place) ? name.slice(place.length).trim() : name, before, after }
  })
}

/** Where the sentences of a line's fields begin, so that a table under the line need not say it again. */
export function placeOf(line: { line: number; name: string }, locale: string): string {
  return locale === 'en' ? `line ${line.line} ${line.name}` : `第 ${line.line} 行 ${line.name}`
}
