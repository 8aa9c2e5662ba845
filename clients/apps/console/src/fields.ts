// The extra fields of an order type, or those of a form, as a table that people can write: one row, one field.
import type { Both } from './documents'

export interface FieldSchema {
  type?: string | string[]
  format?: string
  enum?: string[]
  maxLength?: number
  items?: FieldSchema
  'x-label'?: Both
  'x-unit'?: Both | string
  'x-read'?: string[]
  'x-write'?: string[]
  'x-filter'?: boolean
  'x-labels'?: Record<string, Both>
}
export interface ObjectSchema {
  type: 'object'
  properties?: Record<string, FieldSchema>
  required?: string[]
}

export const FIELD_KINDS = ['text', 'long', 'number', 'decimal', 'yesno', 'date', 'choice', 'other'] as const
export type FieldKind = (typeof FIELD_KINDS)[number]

const SHAPES: Record<Exclude<FieldKind, 'other'>, FieldSchema> = {
  text: { type: 'string', maxLength: 200 },
  long: { type: 'string', maxLength: 2000 },
  number: { type: 'integer' },
  decimal: { type: 'string', format: 'decimal' },
  yesno: { type: 'boolean' },
  date: { type: 'string', format: 'date' },
  choice: { type: 'string', enum: [] },
}
const SHAPE_KEYS = ['type', 'format', 'enum', 'maxLength', 'items', 'x-labels'] as const

/** What a field is to a person; `other` is what this table leaves as it was written. */
export function kindOfField(field: FieldSchema): FieldKind {
  if (field.enum) return 'choice'
  if (field.type === 'integer') return 'number'
  if (field.type === 'boolean') return 'yesno'
  if (field.type !== 'string') return 'other'
  if (field.format === 'date') return 'date'
  if (field.format === 'decimal') return 'decimal'
  if (field.format) return 'other'
  return (field.maxLength ?? 0) > 500 ? 'long' : 'text'
}

/** The field as another kind; its words, unit and rights stay. */
export function asKind(field: FieldSchema, kind: Exclude<FieldKind, 'other'>): FieldSchema {
  const kept = Object.fromEntries(Object.entries(field).filter(([name]) => !SHAPE_KEYS.includes(name as 'type')))
  return { ...structuredClone(SHAPES[kind]), ...kept }
}

/** The schema with one of its fields called otherwise, in its old place. */
export function renamedField(schema: ObjectSchema, before: string, after: string): void {
  if (!after || before === after || schema.properties?.[after]) return
  schema.properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, field]) => [name === before ? after : name, field]),
  )
  schema.required = schema.required?.map(name => (name === before ? after : name))
}

export function setRequired(schema: ObjectSchema, name: string, needed: boolean): void {
  const others = (schema.required ?? []).filter(one => one !== name)
  const required = needed ? [...others, name] : others
  if (required.length) schema.required = required
  else delete schema.required
}
