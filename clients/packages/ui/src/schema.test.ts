import { expect, test } from 'vitest'
import { blankOf, type Schema, tidied } from './schema'

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
