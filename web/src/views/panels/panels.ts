import { useRoute, useRouter } from 'vue-router'

/** What may stand in the right-hand side; side-panel.vue has a line for each. */
export type PanelName = 'info' | 'members' | 'pinned' | 'saved' | 'files' | 'unsent' | `blocks:${string}/${string}`

/** Opens and closes the right-hand side by the address, so the way back closes it too. */
export function usePanels() {
  const route = useRoute()
  const router = useRouter()
  const shown = (): string => (route.query['thread'] ? 'thread' : String(route.query['panel'] ?? ''))
  const close = (): void => {
    const { thread: _thread, panel: _panel, ...query } = route.query
    void router.push({ query, hash: route.hash })
  }
  const open = (panel: PanelName): void => {
    const { thread: _thread, sidebar: _sidebar, ...query } = route.query
    if (shown() !== panel) void router.push({ query: { ...query, panel } })
  }
  const toggle = (panel: PanelName): void => { if (shown() === panel) close(); else open(panel) }
  return { shown, open, close, toggle }
}
