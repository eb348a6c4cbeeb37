import { onScopeDispose, watch } from 'vue'
import { useConnection, useStatuses } from '../../data/index.ts'
import { useDocumentVisibility } from '../visibility.ts'

/** What the stream told is right; what got lost on the way is noticed after this. */
const refreshMs = 5 * 60_000
/** More often need nobody know that somebody is there. */
const toldMs = 60_000

/** Tells the server that somebody uses the page, so that who reads does not become away; and learns who else is there. */
export function useActivity(): void {
  const statuses = useStatuses()
  const connection = useConnection()
  const isVisible = useDocumentVisibility({ withoutFocus: true })
  watch([isVisible, () => connection.isConnected], ([isSeen, isConnected], _before, onCleanup) => {
    statuses.setSeen(isSeen)
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
