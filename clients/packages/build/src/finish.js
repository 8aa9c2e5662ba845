// After the apps are built: weigh them against their budgets, and lay a compressed copy beside each text.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { files } from './index.js'

const OUTPUT = resolve(import.meta.dirname, '../../../dist')
const KB = 1024
// Bytes over the wire, gzip: what a phone fetches before it shows anything, and any one page loaded later.
const ENTRY = { floor: 65 * KB, portal: 75 * KB, console: 125 * KB }
const LATER = 60 * KB
// Bytes as they are: what the service worker keeps on the phone.
const KEPT = 2048 * KB
const TEXT = /\.(js|css|html|json|svg|wasm|webmanifest)$/

const faults = []
for (const name of Object.keys(ENTRY).filter(name => existsSync(join(OUTPUT, name)))) weigh(name)
for (const path of files(OUTPUT).filter(path => TEXT.test(path))) compress(path)
if (faults.length) {
  console.error(`The clients are too heavy:\n  ${faults.join('\n  ')}`)
  process.exit(1)
}

function weigh(name) {
  const folder = join(OUTPUT, name)
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const first = new Set([...page.matchAll(/(?:src|href)="\/\w+\/(assets\/[^"]+\.(?:js|css))"/g)].map(match => match[1]))
  const entry = [...first].reduce((sum, path) => sum + zipped(join(folder, path)), 0)
  console.log(`${name}: ${Math.round(entry / KB)} KB before the first screen, of ${ENTRY[name] / KB}`)
  check(`${name}: what its first screen needs`, entry, ENTRY[name])
  for (const path of files(folder).filter(path => /\.(js|css)$/.test(path))) {
    const told = relative(folder, path)
    if (!first.has(told) && told !== 'sw.js') check(`${name}: ${told}`, zipped(path), LATER)
  }
  const kept = files(folder).reduce((sum, path) => sum + statSync(path).size, 0)
  if (name === 'floor') check('floor: what the phone keeps', kept, KEPT)
}

function check(what, bytes, budget) {
  if (bytes > budget) faults.push(`${what} is ${Math.round(bytes / KB)} KB, over its budget of ${budget / KB} KB`)
}

function zipped(path) {
  return gzipSync(readFileSync(path), { level: 9 }).length
}

function compress(path) {
  const bytes = readFileSync(path)
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  const quality = bytes.length > 300 * KB ? 9 : 11
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }))
}
