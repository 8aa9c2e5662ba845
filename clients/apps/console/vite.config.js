import { app } from '@throughline/build'

export default app('console', import.meta.dirname)
