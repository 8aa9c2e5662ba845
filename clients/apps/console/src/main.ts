import '@throughline/ui/tokens.css'
import '@throughline/ui/base.css'
import './console.css'
import { VueQueryPlugin } from '@tanstack/vue-query'
import { whenSignedOut } from '@throughline/api'
import { withTexts } from '@throughline/i18n'
import common from '@throughline/i18n/zh/common.json'
import words from '@throughline/i18n/zh/console.json'
import { createApp } from 'vue'
import App from './App.vue'
import { queries } from './queries'
import { router } from './router'

whenSignedOut(() => {
  const here = router.currentRoute.value
  if (here.name !== 'sign-in') router.push({ name: 'sign-in', query: { to: here.fullPath } })
})

withTexts({ zh: { common, console: words }, en: async () => (await import('./english')).default }).then(() =>
  createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app'),
)
