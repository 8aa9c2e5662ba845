import { beforeEach, expect, test, vi } from 'vitest'
import { renewing, whenSignedOut } from './session'

const ORIGIN = 'http://factory.test'
let spent: boolean
let renewable: boolean
let calls: string[]

async function server(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(
    new URL(input instanceof Request ? input.url : input, ORIGIN),
    input instanceof Request ? input : init,
  )
  const path = new URL(request.url).pathname
  calls.push(`${request.method} ${path}`)
  if (path.endsWith('/auth/refresh')) {
    spent = !renewable
    return new Response(null, { status: renewable ? 200 : 401 })
  }
  return spent ? new Response(null, { status: 401 }) : new Response(await request.text())
}

const send = renewing(server as typeof fetch)

beforeEach(() => {
  spent = true
  renewable = true
  calls = []
})

test('a spent session is renewed and the request asked again, body and all', async () => {
  const answer = await send(`${ORIGIN}/api/v1/orders`, { method: 'POST', body: 'sent once' })
  expect(await answer.text()).toBe('sent once')
})

test('many requests at once renew it once, for a second use of a token ends the session', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(`${ORIGIN}/api/v1/me`)))
  expect(answers.map(answer => answer.status)).toEqual([200, 200, 200, 200])
  expect(calls.filter(call => call.endsWith('/auth/refresh'))).toHaveLength(1)
})

test('where it cannot be renewed the app is told', async () => {
  renewable = false
  const told = vi.fn()
  whenSignedOut(told)
  expect((await send(`${ORIGIN}/api/v1/me`)).status).toBe(401)
  expect(told).toHaveBeenCalledOnce()
})

test('a wrong password is an answer and no reason to renew', async () => {
  expect((await send(`${ORIGIN}/api/v1/auth/token`, { method: 'POST' })).status).toBe(401)
  expect(calls).toHaveLength(1)
})
