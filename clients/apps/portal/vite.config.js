import { app } from '@throughline/build'

export default app('portal', import.meta.dirname)
