import { answer, type KeptFiles } from './kept-files.ts'
import { followNotice, type AppPage } from './notice-click.ts'

/**
 * Keeps the files of the app in the browser, so that it opens without the server. It knows the page and what lies below
 * /static/ alone: answers of the API, files of people and pages of plugins go past it and are never kept. Notifications
 * that a page shows by it lead back to the app.
 */

/** Put in by the build (web/build/service-worker.ts). */
declare const keptFiles: KeptFiles

interface WaitingEvent extends Event { waitUntil(work: Promise<unknown>): void }
interface FetchEvent extends WaitingEvent {
  readonly request: Request
  readonly preloadResponse: Promise<Response | undefined>
  respondWith(response: Promise<Response>): void
}
interface Scope {
  readonly location: Location
  readonly registration: ServiceWorkerRegistration
  readonly clients: { claim(): Promise<void>, matchAll(options: { type: 'window', includeUncontrolled: true }): Promise<readonly AppPage[]>, openWindow(path: string): Promise<unknown> }
  skipWaiting(): Promise<void>
  addEventListener(name: 'install' | 'activate', handler: (event: WaitingEvent) => void): void
  addEventListener(name: 'fetch', handler: (event: FetchEvent) => void): void
  addEventListener(name: 'notificationclick', handler: (event: WaitingEvent & { readonly notification: { readonly data: unknown, close(): void } }) => void): void
  addEventListener(name: 'message', handler: (event: WaitingEvent & { readonly data: unknown }) => void): void
}
const scope = globalThis as unknown as Scope
const files = answer({ keptFiles, caches, fetch: (...parameters) => fetch(...parameters), origin: scope.location.origin })

// Whoever opens the app gets the page of the server, so nobody has to wait for all tabs to be closed: at once.
scope.addEventListener('install', (event) => { event.waitUntil(files.keepAll().then(() => scope.skipWaiting())) })
scope.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    await files.forgetOld()
    await scope.registration.navigationPreload?.enable()
    await scope.clients.claim()
    // Pages of an older version offer to reload.
    for (const page of await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })) page.postMessage({ entry: keptFiles.entry })
  })())
})
scope.addEventListener('fetch', (event) => {
  const kind = files.kindOf(event.request)
  if (kind === 'page') event.respondWith(files.page(async () => await event.preloadResponse ?? await fetch(event.request)))
  else if (kind === 'file') event.respondWith(files.file(event.request))
})
/** What a page had loaded before it was watched. */
scope.addEventListener('message', (event) => {
  const { used } = (event.data ?? {}) as { used?: unknown }
  if (Array.isArray(used)) event.waitUntil(files.keepUsed(used))
})
scope.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(followNotice(event.notification.data, { list: () => scope.clients.matchAll({ type: 'window', includeUncontrolled: true }), open: (path) => scope.clients.openWindow(path) }))
})
