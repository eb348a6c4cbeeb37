import { useRoute, useRouter } from 'vue-router'

/** Opens a thread beside what is on the screen. */
export function useThreadLink(): (rootId: string) => void {
  const route = useRoute()
  const router = useRouter()
  return (rootId) => {
    const { panel: _panel, ...query } = route.query
    void router.push({ query: { ...query, thread: rootId } })
  }
}
