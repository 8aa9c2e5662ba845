import { app, serviceWorker } from '@throughline/build'

export default app('floor', import.meta.dirname, [serviceWorker('src/sw.ts')])
