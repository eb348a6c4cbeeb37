import { useRoute, useRouter } from 'vue-router'
import { partKey, usePlace, useTeams, useWebParts } from '../data/index.ts'

/** Opens a side panel or a page of a plugin by its address; whatever else a plugin names stays closed. */
export function useOpenPart(): (pluginId: string, name: string) => void {
  const store = useWebParts()
  const place = usePlace()
  const teams = useTeams()
  const route = useRoute()
  const router = useRouter()
  return (pluginId, name) => {
    const key = partKey(pluginId, name)
    const slot = store.find(key)?.part.slot
    if (slot === 'sidePanel') {
      const { thread: _thread, sidebar: _sidebar, ...query } = route.query
      if (query['panel'] !== key || _thread) void router.push({ query: { ...query, panel: key } })
    }
    const team = teams.teams.get(place.teamId)?.name
    if (slot === 'page' && team) void router.push({ name: 'plugin-page', params: { team, part: key } })
  }
}
