import { expect, test } from 'vitest'
import { asKind, kindOfField, type ObjectSchema, renamedField, setRequired } from './fields'

test('a field keeps its words, unit and rights when it becomes of another kind', () => {
  const label = { zh: '玻璃颜色', en: 'Glass colour' }
  const field = { type: 'string', maxLength: 50, 'x-label': label, 'x-read': ['sales'] }
  const choice = asKind(field, 'choice')
  expect(choice).toEqual({ type: 'string', enum: [], 'x-label': label, 'x-read': ['sales'] })
  expect(kindOfField(choice)).toBe('choice')
})

test('what the table cannot say is left as it was written', () => {
  expect(kindOfField({ type: 'array', items: { type: 'string' } })).toBe('other')
  expect(kindOfField({ type: 'string', format: 'date-time' })).toBe('other')
})

test('a renamed field keeps its place and stays required', () => {
  const schema: ObjectSchema = { type: 'object', properties: { a: {}, b: {}, c: {} }, required: ['b'] }
  renamedField(schema, 'b', 'glass')
  expect(Object.keys(schema.properties ?? {})).toEqual(['a', 'glass', 'c'])
  expect(schema.required).toEqual(['glass'])
  renamedField(schema, 'a', 'c')
  expect(Object.keys(schema.properties ?? {})).toEqual(['a', 'glass', 'c'])
  setRequired(schema, 'glass', false)
  expect(schema.required).toBeUndefined()
})
