import { expect, test } from 'vitest'
import { marked, readable } from './original'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('long numbers of a shop keep every digit, and escaped letters become letters', () => {
  const { kind, text } = readable(
    bytes('{"tid":4012345678901234567,"memo":"\\u9001\\u6728\\n\\\\u9001"}'),
    'application/json',
  )
  expect(kind).toBe('json')
  expect(text).toBe('{\n  "tid": 4012345678901234567,\n  "memo": "送木\\n\\\\u9001"\n}')
})

test('what is broken is shown as far as it goes', () => {
  expect(readable(bytes('{"a": ['), 'application/json').text).toContain('"a"')
})

test('nested tags are indented', () => {
  expect(readable(bytes('<a x="1"><b>1</b><c/></a>'), 'application/xml').text).toBe(
    '<a x="1">\n  <b>1</b>\n  <c/>\n</a>',
  )
})

test('a list that was saved by a Chinese spreadsheet is readable', () => {
  const gbk = new Uint8Array([0xca, 0xfd, 0xc1, 0xbf, 0x2c, 0x31])
  expect(readable(gbk, 'text/csv')).toEqual({ kind: 'text', text: '数量,1', cut: false })
})

test('fields of a form stand one below the other', () => {
  expect(readable(bytes('a=1&b=%E9%80%81'), 'application/x-www-form-urlencoded').text).toBe('a = 1\nb = 送')
})

test('a workbook is named and not shown', () => {
  expect(readable(new Uint8Array([0x50, 0x4b, 3, 4]), 'application/vnd.ms-excel').kind).toBe('workbook')
})

test('words are found wherever they stand, the longest first', () => {
  expect(marked('送钥匙，送钥匙扣', ['钥匙', '钥匙扣', 'x'])).toEqual([
    { text: '送', hit: false },
    { text: '钥匙', hit: true },
    { text: '，送', hit: false },
    { text: '钥匙扣', hit: true },
  ])
})
