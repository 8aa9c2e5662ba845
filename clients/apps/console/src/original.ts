// What arrived, made readable without changing a digit of it: numbers of shops are longer than a script's numbers.
import { format } from 'jsonc-parser'

export interface Readable {
  kind: 'json' | 'xml' | 'form' | 'text' | 'workbook' | 'binary'
  /** Empty where it is nothing that one reads. */
  text: string
  /** Whether there is more of it than is shown. */
  cut: boolean
}

const LONGEST = 200_000

/** The bytes as a person reads them. */
export function readable(bytes: Uint8Array, contentType: string): Readable {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return { kind: 'workbook', text: '', cut: false }
  const whole = decoded(bytes)
  if (whole.includes('\0')) return { kind: 'binary', text: '', cut: false }
  const text = whole.slice(0, LONGEST)
  const cut = whole.length > LONGEST
  if (/^\s*</.test(text)) return { kind: 'xml', text: cut ? text : indented(text), cut }
  if (/^\s*[[{]/.test(text)) return { kind: 'json', text: unescaped(cut ? text : laidOut(text)), cut }
  if (contentType.startsWith('application/x-www-form-urlencoded')) return { kind: 'form', text: fields(text), cut }
  return { kind: 'text', text, cut }
}

/** Chinese spreadsheets save in an encoding of their own; what is no UTF-8 is taken for it. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

function laidOut(text: string): string {
  let out = ''
  let at = 0
  for (const edit of format(text, undefined, { insertSpaces: true, tabSize: 2, eol: '\n' })) {
    out += text.slice(at, edit.offset) + edit.content
    at = edit.offset + edit.length
  }
  return out + text.slice(at)
}

/** '\u9500' as the letter that it stands for; what would break a line stays as it is. */
function unescaped(text: string): string {
  return text.replace(/\\\\|\\u([0-9a-fA-F]{4})/g, (whole, hex?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : 0
    return code >= 0xa0 ? String.fromCharCode(code) : whole
  })
}

function indented(text: string): string {
  let depth = 0
  return text
    .trim()
    .replace(/>\s+</g, '><')
    .replace(/></g, '>\n<')
    .split('\n')
    .map(line => {
      if (line.startsWith('</')) depth = Math.max(0, depth - 1)
      const shown = '  '.repeat(depth) + line
      if (/^<[^!?/][^>]*[^/]>$|^<[^!?/]>$/.test(line) && !line.includes('</')) depth += 1
      return shown
    })
    .join('\n')
}

function fields(text: string): string {
  return [...new URLSearchParams(text)].map(([name, value]) => `${name} = ${value}`).join('\n')
}

export interface Piece {
  text: string
  hit: boolean
}

/** The text in pieces, with every one of the words that stands in it as a piece of its own. */
export function marked(text: string, words: string[]): Piece[] {
  const wanted = [...new Set(words)]
    .filter(word => word.trim().length > 1)
    .sort((one, other) => other.length - one.length)
  if (!wanted.length) return [{ text, hit: false }]
  const any = new RegExp(`(${wanted.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`, 'g')
  return text
    .split(any)
    .map((part, place) => ({ text: part, hit: place % 2 === 1 }))
    .filter(piece => piece.text)
}
