// The service worker and the app as an app: registering, a waiting new version, installing, keeping the store.
import { ref } from 'vue'

/** A new version has been fetched and waits. */
export const updated = ref(false)
/** Another tab has taken the new version: this one still runs the old, whose later parts are gone. */
export const outdated = ref(false)
/** The browser would install the app if asked. */
export const installable = ref<{ prompt(): Promise<unknown> }>()

let waitingWorker: ServiceWorker | undefined

export function registerWorker(): void {
  addEventListener('beforeinstallprompt', event => {
    event.preventDefault()
    installable.value = event as unknown as { prompt(): Promise<unknown> }
  })
  addEventListener('appinstalled', () => {
    installable.value = undefined
  })
  if (!('serviceWorker' in navigator)) return
  // After the first screen: what is cached for later must not be in its way.
  const begin = (): void => void register()
  if (document.readyState === 'complete') begin()
  else addEventListener('load', begin, { once: true })
}

async function register(): Promise<void> {
  const registration = await navigator.serviceWorker
    .register('/floor/sw.js', { scope: '/floor/' })
    .catch(() => undefined)
  if (!registration) return
  const had = Boolean(navigator.serviceWorker.controller)
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    outdated.value = had
  })
  const note = (worker: ServiceWorker | null): void => {
    if (!worker || !navigator.serviceWorker.controller) return
    waitingWorker = worker
    updated.value = true
  }
  note(registration.waiting)
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing
    worker?.addEventListener('statechange', () => worker.state === 'installed' && note(worker))
  })
  setInterval(() => void registration.update().catch(() => undefined), 3600_000)
  await askToBeServed()
}

/** A page that was loading while the worker came up, or was reloaded past it, is served by none: offline its later parts would be missing. */
async function askToBeServed(): Promise<void> {
  const { active } = await navigator.serviceWorker.ready
  if (!navigator.serviceWorker.controller) active?.postMessage('serve me')
}

/** Only when the person says so. */
export function takeOver(): void {
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waitingWorker?.postMessage('take over')
}

/** Ask that the store is not cleared when room gets short. */
export async function persist(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false
}
