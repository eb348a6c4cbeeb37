import { computed, onScopeDispose, type ComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { isNarrow } from '../media.ts'

/** How far a finger must go, and from how near the edge it must begin (in CSS pixels). */
const wayPx = 56
const edgePx = 28

/**
 * The sidebar on a phone: it has an address (`?sidebar=open`), so the way back closes it, and from a channel that was
 * chosen in it the way back leads to it again.
 */
export function useDrawer(): { readonly isOpen: ComputedRef<boolean>, open(): void, close(): void } {
  const route = useRoute()
  const router = useRouter()
  const isOpen = computed(() => route.query['sidebar'] === 'open')
  const open = (): void => {
    const { panel: _panel, thread: _thread, ...query } = route.query
    if (!isOpen.value) void router.push({ query: { ...query, sidebar: 'open' } })
  }
  const close = (): void => {
    if (!isOpen.value) return
    const { sidebar: _sidebar, ...query } = route.query
    const without = router.resolve({ query, hash: route.hash }).fullPath
    if ((history.state as { back?: string } | null)?.back === without) router.back()
    else void router.replace(without)
  }

  let from: { readonly x: number, readonly y: number } | undefined
  const onTouchstart = ({ touches: [touch], touches }: TouchEvent): void => { from = touch && touches.length === 1 && isNarrow() ? { x: touch.clientX, y: touch.clientY } : undefined }
  const onTouchend = ({ changedTouches: [touch] }: TouchEvent): void => {
    if (!from || !touch) return
    const isRightToLeft = document.documentElement.dir === 'rtl'
    const way = (touch.clientX - from.x) * (isRightToLeft ? -1 : 1)
    const fromEdge = isRightToLeft ? innerWidth - from.x : from.x
    if (Math.abs(way) < wayPx || Math.abs(touch.clientY - from.y) > Math.abs(way) / 2) return
    if (way > 0 && fromEdge <= edgePx) open()
    if (way < 0) close()
  }
  addEventListener('touchstart', onTouchstart, { passive: true })
  addEventListener('touchend', onTouchend, { passive: true })
  onScopeDispose(() => {
    removeEventListener('touchstart', onTouchstart)
    removeEventListener('touchend', onTouchend)
  })
  return { isOpen, open, close }
}
