import { onScopeDispose } from 'vue'
import { useStatuses } from '../../data/index.ts'

/** More often need nobody know that somebody is there. */
const toldMs = 60_000

/** Tells the server that somebody uses the page, so that who reads does not become away. */
export function useActivity(): void {
  const statuses = useStatuses()
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
