// The service worker: the shell lies on the phone, and what waits is sent in the background where the platform can.
import { renewing } from '@throughline/api/session'
import { push, Store } from '@throughline/offline'
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'

declare const self: ServiceWorkerGlobalScope
declare const __PRECACHE__: { url: string; revision: string | null }[]

interface SyncEvent extends ExtendableEvent {
  tag: string
}

cleanupOutdatedCaches()
precacheAndRoute(__PRECACHE__)
registerRoute(new NavigationRoute(createHandlerBoundToURL('/floor/')))

// A new version waits until the person asks for it: no report is ever interrupted.
self.addEventListener('message', event => {
  if (event.data === 'take over') void self.skipWaiting()
  if (event.data === 'serve me') event.waitUntil(self.clients.claim())
})
self.addEventListener('activate', event => event.waitUntil(self.clients.claim()))

self.addEventListener('sync', event => {
  const { tag, waitUntil } = event as SyncEvent
  if (tag === 'throughline') waitUntil.call(event, sendWhatWaits())
})

async function sendWhatWaits(): Promise<void> {
  const store = new Store()
  const line = {
    store,
    clock: { now: () => Date.now() },
    fetch: renewing((...sent) => fetch(...sent)),
    exclusive: <T>(work: () => Promise<T>) => navigator.locks.request('throughline-sync', work) as Promise<T>,
  }
  const { state } = await push(line)
  // Not sent: the browser tries again later, and the app does whenever it is opened.
  if (state === 'away') throw new Error('not reachable yet')
}
