import { onScopeDispose, watch } from 'vue'
import { useConnection, useStatuses } from '../../data/index.ts'
import { useDocumentVisibility } from '../visibility.ts'

/** While somebody sees the page, those of others are no older than this. */
const refreshMs = 20_000
/** More often need nobody know that somebody is there. */
const toldMs = 60_000

/** Tells the server that somebody uses the page, so that who reads does not become away; and asks who else is there. */
export function useActivity(): void {
  const statuses = useStatuses()
  const connection = useConnection()
  const isVisible = useDocumentVisibility()
  watch([isVisible, () => connection.isConnected], ([isSeen, isConnected], _before, onCleanup) => {
    if (!isSeen || !isConnected) return
    const timer = setInterval(() => { statuses.refresh() }, refreshMs)
    onCleanup(() => { clearInterval(timer) })
  }, { immediate: true })
  let toldAt = 0
  const note = (): void => {
    if (Date.now() - toldAt < toldMs) return
    toldAt = Date.now()
    statuses.noteActive()
  }
  const kinds = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const
  for (const kind of kinds) addEventListener(kind, note, { passive: true, capture: true })
  onScopeDispose(() => { for (const kind of kinds) removeEventListener(kind, note, { capture: true }) })
}
