import { useAdminPlugins } from '../../../data/admin/index.ts'
import { useAction, type Action } from '../../action.ts'

/** Saves the archive of all that a plugin keeps, or that was written when it was uninstalled, as a file. */
export function useDataExport(): Action<[pluginId: string]> {
  const store = useAdminPlugins()
  return useAction(async (pluginId: string) => {
    const address = URL.createObjectURL(await store.export(pluginId))
    const link = Object.assign(document.createElement('a'), { href: address, download: `${pluginId}.zip` })
    link.click()
    URL.revokeObjectURL(address)
  }, { tells: 'toast' })
}
