import '@throughline/ui/tokens.css'
import '@throughline/ui/base.css'
import './floor.css'
import { withTexts } from '@throughline/i18n'
import common from '@throughline/i18n/zh/common.json'
import floor from '@throughline/i18n/zh/floor.json'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { isKnown } from './who'
import { registerWorker } from './worker'

registerWorker()
void begin()

async function begin(): Promise<void> {
  const speaking = withTexts({ zh: { common, floor }, en: async () => (await import('./english')).default })
  // A phone that nobody has used yet has no store to ask.
  const [session, syncing] = isKnown()
    ? await Promise.all([import('./session'), import('./syncing'), import('./parts/Inside.vue')])
    : []
  await Promise.all([speaking, session?.restore()])
  createApp(App).use(router).mount('#app')
  syncing?.keepInSync()
}
