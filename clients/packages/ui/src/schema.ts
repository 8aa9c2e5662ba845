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
  'x-label'?: { zh: string; en: string }
  'x-unit'?: { zh: string; en: string } | string
  'x-labels'?: Record<string, { zh: string; en: string }>
}

export type Values = Record<string, unknown>

/** What a field begins with. */
export function blankOf(schema: Schema): unknown {
  if (kindOf(schema) === 'array') return schema.minItems ? [blankOf(schema.items ?? {})] : []
  if (kindOf(schema) === 'object') {
    return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, blankOf(part)]))
  }
  return kindOf(schema) === 'boolean' ? false : ''
}

export function kindOf(schema: Schema): string {
  const types = Array.isArray(schema.type) ? schema.type : [schema.type ?? (schema.properties ? 'object' : 'string')]
  return types.find(type => type !== 'null') ?? 'string'
}

/** What is sent: fields left empty are left out, whole numbers are numbers. */
export function tidied(schema: Schema, value: unknown): unknown {
  const kind = kindOf(schema)
  if (kind === 'object') return tidiedObject(schema, (value ?? {}) as Values)
  if (kind === 'array') {
    const items = ((value as unknown[]) ?? []).map(item => tidied(schema.items ?? {}, item))
    const kept = items.filter(item => item !== undefined)
    return kept.length ? kept : undefined
  }
  if (kind === 'boolean') return Boolean(value)
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
