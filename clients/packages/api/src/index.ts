// The interface as the three apps call it: cookies of our own origin, a key for every change, problems as values.
import { client } from './generated/client.gen'
import { renewing } from './session'

export { type Doing, useDoing } from './doing'
export * from './generated/sdk.gen'
export type * from './generated/types.gen'
export { follow, type Told } from './live'
export { Refused, refusalOf, unwrap } from './problem'
export { renewing, whenSignedOut } from './session'
export { type Uploading, upload } from './upload'

client.setConfig({ baseUrl: '', credentials: 'same-origin', fetch: renewing((...sent) => fetch(...sent)) })
client.interceptors.request.use(request => {
  if (request.method !== 'GET' && !request.headers.has('Idempotency-Key')) {
    request.headers.set('Idempotency-Key', crypto.randomUUID())
  }
  return request
})
