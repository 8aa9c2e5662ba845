// A session lives on by itself: when an answer says that the access token is spent, it is renewed once and asked again.

const RENEW = '/api/v1/auth/refresh'
const LOCK = 'throughline-session'
type Fetch = typeof fetch

let renewal: Promise<boolean> | undefined
const listeners = new Set<() => void>()

/** Called when nobody is signed in any more, so that the app can ask who it is. */
export function whenSignedOut(listener: () => void): void {
  listeners.add(listener)
}

/** `fetch` that renews the session where the server asks for it. Answers the last response, a 401 included. */
export function renewing(send: Fetch): Fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const first = await send(request.clone())
    if (first.status !== 401 || !isOurs(request.url)) return first
    if (isStaffs(request.url) && (await renewed(send, request))) {
      await first.body?.cancel()
      return send(request)
    }
    for (const listener of listeners) listener()
    return first
  }
}

/** Signing in and out answer 401 for reasons that no renewal mends. */
function isOurs(url: string): boolean {
  return !/\/(auth|portal\/login)\b/.test(new URL(url).pathname)
}

/** Customers have one cookie and nothing to renew it by. */
function isStaffs(url: string): boolean {
  return !new URL(url).pathname.includes('/portal/')
}

/** One at a time in all tabs: a refresh token is good for one use, and a second use ends the session. */
function renewed(send: Fetch, request: Request): Promise<boolean> {
  renewal ??= locked(async () => {
    // Another tab may have done it while this one waited.
    const probe = await send('/api/v1/me', { credentials: 'same-origin' })
    await probe.body?.cancel()
    if (probe.status !== 401) return true
    const answer = await send(new Request(new URL(RENEW, request.url), { method: 'POST', credentials: 'same-origin' }))
    await answer.body?.cancel()
    return answer.ok
  }).finally(() => {
    renewal = undefined
  })
  return renewal
}

async function locked<T>(work: () => Promise<T>): Promise<T> {
  return globalThis.navigator?.locks ? ((await navigator.locks.request(LOCK, work)) as T) : work()
}
