// No text may be missing: zh and en hold the same keys with the same placeholders, and every key that a screen names
// is there. A key that nobody names is a leftover, and is refused too.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const faults = []
const KEY = /(?<!may\(|right: )'((?:common|floor|console|portal)\.[a-z]\w*(?:\.\w+)*)'/g
const PREFIX = /`((?:common|floor|console|portal)\.[\w.]+\.)\$\{/g
const zh = texts('zh')
const en = texts('en')

for (const key of new Set([...zh.keys(), ...en.keys()])) compare(key)
const used = named()
for (const key of used.exact.keys())
  if (!zh.has(key)) faults.push(`${key}: named in ${used.exact.get(key)}, has no text`)
for (const key of zh.keys()) {
  if (!used.exact.has(key) && !used.prefixes.some(prefix => key.startsWith(prefix)))
    faults.push(`${key}: nobody shows it`)
}
if (faults.length) {
  console.error(`Texts:\n  ${faults.join('\n  ')}`)
  process.exit(1)
}

function texts(language) {
  const folder = join(import.meta.dirname, 'src', language)
  const found = new Map()
  for (const file of readdirSync(folder)) {
    flatten(JSON.parse(readFileSync(join(folder, file), 'utf8')), `${file.replace('.json', '')}.`, found)
  }
  return found
}

function flatten(value, path, found) {
  for (const [name, text] of Object.entries(value)) {
    if (typeof text === 'string') found.set(path + name, text)
    else flatten(text, `${path}${name}.`, found)
  }
}

function compare(key) {
  const [chinese, english] = [zh.get(key), en.get(key)]
  if (!chinese) faults.push(`${key}: no Chinese text`)
  else if (!english) faults.push(`${key}: no English text`)
  else if (placeholders(chinese) !== placeholders(english)) faults.push(`${key}: other placeholders in zh and en`)
}

function placeholders(text) {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]))].sort().join()
}

/** 'floor.a.b' names a key; `floor.a.b.${x}` names all that begin so. */
function named() {
  const exact = new Map()
  const prefixes = []
  for (const file of sources(join(ROOT, 'apps')).concat(sources(join(ROOT, 'packages')))) {
    const source = readFileSync(file, 'utf8')
    for (const [, key] of source.matchAll(KEY)) exact.set(key, file.slice(ROOT.length + 1))
    for (const [, prefix] of source.matchAll(PREFIX)) prefixes.push(prefix)
  }
  return { exact, prefixes }
}

function sources(folder) {
  return readdirSync(folder, { recursive: true })
    .filter(path => /\.(vue|ts)$/.test(path) && !/node_modules|generated|dist/.test(path))
    .map(path => join(folder, path))
}
