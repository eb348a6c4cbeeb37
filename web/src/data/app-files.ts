import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useServer } from './client.ts'

/** The script of this page, by which its version is known. */
const ownEntry = (): string => new URL(document.querySelector<HTMLScriptElement>('script[type=module][src]')?.src ?? '', location.href).pathname

/** The files of the app in this browser: kept by a service worker, so that it opens without the server. */
export const useAppFiles = defineStore('appFiles', () => {
  const { live } = useServer()
  /** Whether the server has a newer app than this page. */
  const isOutdated = ref(false)
  let registration: ServiceWorkerRegistration | undefined
  let wasLost = false

  /** Begins to keep them; to be called when there is something to read, not before. Does nothing where browsers may not (no TLS). */
  const keep = async (): Promise<void> => {
    const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined
    if (!workers || registration) return
    workers.addEventListener('message', ({ data }: MessageEvent<{ entry?: string } | null>) => { if (data?.entry) isOutdated.value = data.entry !== ownEntry() })
    registration = await workers.register('/service-worker.js', { updateViaCache: 'none' })
    const { active } = await workers.ready
    active?.postMessage({ used: performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname) })
  }
  live.onConnection((isConnected) => {
    // A server that was away may have been upgraded.
    if (isConnected && wasLost) registration?.update().catch(() => {})
    wasLost = !isConnected
  })
  return { isOutdated, keep }
})
