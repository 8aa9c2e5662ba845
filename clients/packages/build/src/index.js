// How each of the three apps is built: one output per app in dist/, nothing inlined, nothing fetched from elsewhere.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { build, defineConfig } from 'vite'

const OUTPUT = resolve(import.meta.dirname, '../../../dist')
// Phones that a workshop really has: Android WebViews of 2021 and iOS 14.
const TARGET = ['chrome87', 'safari14']
const FLAGS = {
  // By it a phone says which build it runs, and the console knows its own.
  __BUILD__: JSON.stringify(process.env.THROUGHLINE_BUILD ?? 'dev'),
  __VUE_OPTIONS_API__: 'false',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
}

export function app(name, root, plugins = []) {
  return defineConfig({
    root,
    base: `/${name}/`,
    define: FLAGS,
    plugins: [vue(), ...plugins],
    build: {
      outDir: join(OUTPUT, name),
      emptyOutDir: true,
      target: TARGET,
      // The content policy allows no data: scripts or styles, and a file of its own is cached for good.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2000,
    },
  })
}

/** Builds `entry` into sw.js beside the app, knowing every file of the app and a hash of each. */
export function serviceWorker(entry) {
  let config
  return {
    name: 'throughline-service-worker',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    async closeBundle() {
      const folder = config.build.outDir
      await build({
        configFile: false,
        root: config.root,
        logLevel: 'warn',
        define: {
          __PRECACHE__: JSON.stringify(precached(folder)),
          'process.env.NODE_ENV': '"production"',
        },
        publicDir: false,
        build: {
          outDir: folder,
          emptyOutDir: false,
          target: TARGET,
          reportCompressedSize: false,
          rollupOptions: { input: join(config.root, entry), output: { format: 'iife', entryFileNames: 'sw.js' } },
        },
      })
    },
  }
}

/** What the phone keeps: a file whose name carries its hash needs no revision. */
function precached(folder) {
  return files(folder)
    .filter(path => !path.endsWith('sw.js') && !path.endsWith('.map'))
    .map(path => ({
      url: relative(folder, path) === 'index.html' ? '/floor/' : `/floor/${relative(folder, path)}`,
      revision: /assets\//.test(path)
        ? null
        : createHash('sha256').update(readFileSync(path)).digest('hex').slice(0, 16),
    }))
}

export function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
}
