// An order that is mended before work begins: nothing but what is different is sent, and what somebody else changed
// meanwhile is laid beneath what one has written.
import type { OrderPatch } from '@throughline/api'
import type { Schema } from '@throughline/ui'
import { copyOf } from './copies'
import { DATES, type Draft, type EntryLine, lineIn, NOTES, ownFields, sumIn, technicalOf, totalOf } from './entry'
import { between, differs, isNamed, type Meaning, type Path, setAt, valueAt } from './meaning'

const MONEY = ['shipping', 'tax'] as const
const MARGINS = ['cost', 'margin'] as const
const SUMS = ['discounts', 'fees'] as const

/** What is asked for; undefined where nothing is different. Lines stand in it as `sentLines` says. */
export function patchOf(before: Draft, after: Draft, own: Schema, roles: string[]): OrderPatch | undefined {
  const lines = sentLines(before, after).map(at => linePatch(before.lines[at], after.lines[at] as EntryLine, at))
  const patch: OrderPatch = {
    ...(lines.length ? { lines } : {}),
    ...changedTexts(before, after, [...DATES, 'merchandiser_id', ...MARGINS], null),
    ...changedTexts(before, after, MONEY, '0'),
    ...(before.priority === after.priority ? {} : { priority: Number(after.priority) }),
    ...(before.tax_included === after.tax_included ? {} : { tax_included: after.tax_included }),
    ...Object.fromEntries(
      SUMS.filter(name => differs(before[name], after[name])).map(name => [name, after[name].map(sumIn)]),
    ),
    ...nested('notes', changedTexts(before.notes, after.notes, NOTES, null)),
    ...nested('extension', merge(ownFields(before, own, roles), ownFields(after, own, roles))),
  }
  if (!Object.keys(patch).length) return undefined
  const [was, total] = [totalOf(before), totalOf(after)]
  return total !== undefined && total !== was ? { ...patch, total } : patch
}

/** Which lines of the draft are sent, in their order. */
export function sentLines(before: Draft, after: Draft): number[] {
  return after.lines.flatMap((line, at) => (differs(line, before.lines[at]) ? [at] : []))
}

export interface Rebased {
  draft: Draft
  /** What both have written differently; one's own stands. */
  both: { path: Path; mine: unknown; theirs: unknown }[]
  /** What only the other has written. */
  theirs: Path[]
}

/** What I have written since `base`, laid over what the order has become. */
export function rebased(base: Draft, mine: Draft, theirs: Draft): Rebased {
  const [old, own, other] = [base, mine, theirs].map(asTree) as [Tree, Tree, Tree]
  const wanted = between(old.rest, own.rest, [], isNamed)
  const others = between(old.rest, other.rest, [], isNamed)
  const moved = new Set(others.map(one => one.path.join('/')))
  for (const one of wanted) setAt(other.rest, one.path, copyOf(one.after ?? null))
  const both = wanted
    .filter(one => moved.has(one.path.join('/')))
    .map(one => ({ path: one.path, mine: one.after, theirs: valueAt(asTree(theirs).rest, one.path) }))
    .filter(one => differs(one.mine, one.theirs))
  const mineToo = new Set(wanted.map(one => one.path.join('/')))
  return {
    draft: asDraft(other, own.added),
    both,
    theirs: others.map(one => one.path).filter(path => !mineToo.has(path.join('/'))),
  }
}

/** The draft with one of its places written otherwise; a line is named by its number. */
export function writtenAt(draft: Draft, path: Path, value: unknown): Draft {
  const tree = asTree(draft)
  setAt(tree.rest, path, copyOf(value ?? null))
  return asDraft(tree, tree.added)
}

interface Tree {
  rest: Meaning
  added: EntryLine[]
}

/** Lines that the order has by their number: a line that both have added is not the same one. */
function asTree(draft: Draft): Tree {
  const { lines, ...rest } = copyOf(draft)
  const known = lines.filter(line => line.line !== undefined)
  return {
    rest: { ...rest, lines: Object.fromEntries(known.map(line => [String(line.line), line])) },
    added: lines.filter(line => line.line === undefined),
  }
}

function asDraft({ rest }: Tree, added: EntryLine[]): Draft {
  const known = Object.values(rest.lines as Record<string, EntryLine>)
  return { ...rest, lines: [...known, ...added] } as unknown as Draft
}

function linePatch(was: EntryLine | undefined, line: EntryLine, at: number): NonNullable<OrderPatch['lines']>[number] {
  const sent = lineIn(line, true)
  if (line.line === undefined || !was) {
    const { gift_origin, gift_confirmed, ...added } = sent
    return { line: at + 1, ...added }
  }
  const names = ['name', 'quantity', 'unit_price'] as const
  return {
    line: line.line,
    ...Object.fromEntries(names.filter(name => was[name] !== line[name]).map(name => [name, sent[name]])),
    ...changedTexts(was, line, ['sku', 'unit'], null),
    ...(was.is_gift === line.is_gift ? {} : { is_gift: line.is_gift }),
    ...nested('technical', merge(technicalOf(was), technicalOf(line))),
  }
}

/** The texts that are different; one that was emptied becomes `empty`. */
function changedTexts<Name extends string>(
  before: Record<Name, string>,
  after: Record<Name, string>,
  names: readonly Name[],
  empty: string | null,
): Partial<Record<Name, string>> {
  const changed = names.filter(name => before[name].trim() !== after[name].trim())
  return Object.fromEntries(changed.map(name => [name, after[name].trim() || empty])) as Partial<Record<Name, string>>
}

const nested = (name: string, part: object) => (Object.keys(part).length ? { [name]: part } : {})

/** RFC 7396 for one level: what is gone is null. */
function merge(before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return Object.fromEntries(
    names.filter(name => differs(before[name], after[name])).map(name => [name, after[name] ?? null]),
  )
}
