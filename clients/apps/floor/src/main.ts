import '@throughline/ui/tokens.css'
import '@throughline/ui/base.css'
import './floor.css'
import { withTexts } from '@throughline/i18n'
import common from '@throughline/i18n/zh/common.json'
import floor from '@throughline/i18n/zh/floor.json'
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { restore } from './session'
import { keepInSync } from './syncing'
import { registerWorker } from './worker'

registerWorker()
Promise.all([
  withTexts({ zh: { common, floor }, en: async () => (await import('./english')).default }),
  restore(),
]).then(() => {
  createApp(App).use(router).mount('#app')
  keepInSync()
})
