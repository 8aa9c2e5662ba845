// Where in a JSON text something stands: what the server finds wrong is found again in the words that somebody typed.
import { findNodeAtLocation, type ParseError, parse, parseTree, printParseErrorCode } from 'jsonc-parser'

export interface Slip {
  at: number
  code: string
}

/** What keeps a text from being JSON, first of all; undefined where nothing does. */
export function slipOf(text: string): Slip | undefined {
  const errors: ParseError[] = []
  parse(text, errors, { disallowComments: true })
  const first = errors[0]
  return first && { at: first.offset, code: printParseErrorCode(first.error) }
}

/** Where a JSON pointer leads: what is missing is where it would have to be. */
export function placeOf(text: string, pointer: string): number {
  const root = parseTree(text)
  const path = pointer
    .split('/')
    .slice(1)
    .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .map(part => (/^\d+$/.test(part) ? Number(part) : part))
  for (let length = path.length; root && length > 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length))
    if (node) return node.offset
  }
  return 0
}

/** Counted from one, as editors do. */
export function lineOf(text: string, at: number): number {
  return text.slice(0, at).split('\n').length
}
