// A form as data: the part of JSON Schema that forms are written in, and the values that they make.

export interface Schema {
  type?: string | string[]
  format?: string
  enum?: string[]
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  required?: string[]
  properties?: Record<string, Schema>
  items?: Schema
  additionalProperties?: Schema | boolean
  'x-read'?: string[]
  'x-write'?: string[]
  'x-label'?: { zh: string; en: string }
  'x-unit'?: { zh: string; en: string } | string
  'x-labels'?: Record<string, { zh: string; en: string }>
}

export type Values = Record<string, unknown>

/** The fields that somebody in these roles may see, and whether they may write each. Without roles all are open. */
export function openTo(schema: Schema, roles?: string[]): { name: string; part: Schema; writable: boolean }[] {
  const open = (wanted?: string[]) => !wanted || !roles || wanted.some(role => roles.includes(role))
  return Object.entries(schema.properties ?? {})
    .filter(([, part]) => open(part['x-read']))
    .map(([name, part]) => ({ name, part, writable: open(part['x-write']) }))
}

/** What a field begins with. */
export function blankOf(schema: Schema): unknown {
  if (kindOf(schema) === 'array') return schema.minItems ? [blankOf(schema.items ?? {})] : []
  if (kindOf(schema) === 'map') return {}
  if (kindOf(schema) === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, blankOf(part)]))
  }
  return kindOf(schema) === 'boolean' ? false : ''
}

/** A type of JSON Schema, or `map`: an object whose names people make up themselves. */
export function kindOf(schema: Schema): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? 'object' : 'string')]
  const kind = types.find(type => type !== 'null') ?? 'string'
  return kind === 'object' && !schema.properties && typeof schema.additionalProperties === 'object' ? 'map' : kind
}

/** What is sent: fields left empty are left out, whole numbers are numbers. */
export function tidied(schema: Schema, value: unknown): unknown {
  const kind = kindOf(schema)
  if (kind === 'object') return tidiedObject(schema, (value ?? {}) as Values)
  if (kind === 'map') return tidiedMap(schema.additionalProperties as Schema, (value ?? {}) as Values)
  if (kind === 'array') {
    const items = ((value as unknown[]) ?? []).map(item => tidied(schema.items ?? {}, item))
    const kept = items.filter(item => item !== undefined)
    return kept.length ? kept : undefined
  }
  if (kind === 'boolean') return value === undefined ? undefined : Boolean(value)
  const text = String(value ?? '').trim()
  if (text === '') return undefined
  // A browser's field for an instant tells the wall clock; what is sent names its zone.
  if (schema.format === 'date-time' && !/(Z|[+-]\d\d:\d\d)$/.test(text)) return new Date(text).toISOString()
  return kind === 'integer' && /^-?\d+$/.test(text) ? Number(text) : text
}

function tidiedObject(schema: Schema, values: Values): Values | undefined {
  const pairs = Object.entries(schema.properties ?? {})
    .map(([name, part]) => [name, tidied(part, values[name])] as const)
    .filter(([, value]) => value !== undefined)
  return pairs.length ? Object.fromEntries(pairs) : undefined
}

function tidiedMap(part: Schema, values: Values): Values | undefined {
  const pairs = Object.entries(values)
    .map(([name, value]) => [name.trim(), tidied(part, value)] as const)
    .filter(([name, value]) => name && value !== undefined)
  return pairs.length ? Object.fromEntries(pairs) : undefined
}

/** The map with one of its names written otherwise, in its old place. */
export function renamed(values: Values, before: string, after: string): Values {
  if (before === after || after in values) return values
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name === before ? after : name, value]))
}

/** A name that the map does not have yet: the next number. */
export function freshName(values: Values): string {
  let number = Object.keys(values).length + 1
  while (String(number) in values) number += 1
  return String(number)
}
