import { expect, test } from 'vitest'
import { blankOf, freshName, openTo, renamed, type Schema, tidied } from './schema'

const FORM: Schema = {
  type: 'object',
  required: ['lines'],
  properties: {
    note: { type: 'string' },
    urgent: { type: 'boolean' },
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { line: { type: 'integer' }, quantity: { type: 'string', format: 'positive-decimal' } },
      },
    },
  },
}

test('a form begins with as many rows as it must have', () => {
  expect(blankOf(FORM)).toEqual({ note: '', urgent: false, lines: [{ line: '', quantity: '' }] })
})

test('what is left empty is not sent, and whole numbers are numbers while decimals stay text', () => {
  const filled = {
    note: '  ',
    urgent: false,
    lines: [
      { line: '2', quantity: '1.50' },
      { line: '', quantity: '' },
    ],
  }
  expect(tidied(FORM, filled)).toEqual({ urgent: false, lines: [{ line: 2, quantity: '1.50' }] })
})

test('a map keeps its names in their places, and a new one gets the next number', () => {
  const schema: Schema = { type: 'object', additionalProperties: { type: 'string' } }
  expect(blankOf(schema)).toEqual({})
  expect(renamed({ a: '1', b: '2' }, 'a', 'c')).toEqual({ c: '1', b: '2' })
  expect(renamed({ a: '1', b: '2' }, 'a', 'b')).toEqual({ a: '1', b: '2' })
  expect([freshName({}), freshName({ 1: 'x', 3: 'y' }), freshName({ 2: 'x' })]).toEqual(['1', '4', '3'])
  expect(tidied(schema, { 1: ' 76 ', 2: '' })).toEqual({ 1: '76' })
})

test('a field is there for whoever may see it, and open to whoever may write it', () => {
  const schema: Schema = {
    properties: { port: {}, fee: { 'x-read': ['finance'] }, colour: { 'x-write': ['design'] } },
  }
  const told = (roles?: string[]) => openTo(schema, roles).map(one => `${one.name} ${one.writable}`)
  expect(told(['sales'])).toEqual(['port true', 'colour false'])
  expect(told(['finance', 'design'])).toEqual(['port true', 'fee true', 'colour true'])
  expect(told()).toEqual(['port true', 'fee true', 'colour true'])
})
