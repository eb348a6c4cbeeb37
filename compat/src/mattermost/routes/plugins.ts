import { pluginsDisable, pluginsEnable, pluginsInstall, pluginsInstallFromUrl, pluginsList, pluginsUninstall, pluginsUpgrade, RookeryError, type Plugin } from '@rookery/sdk/protocol'
import { readMultipart, type Spooled } from '@rookery/kernel'
import { created, get, post, remove, statusOk, V4Error, type Call, type Route } from '../route.ts'
import { pluginShape, pluginStatusShape } from '../shapes/plugin.ts'

/** Ids of Mattermost's plugins have capitals and underscores besides: there is none of them. */
function pluginId({ params }: Call): { pluginId: string } {
  const { plugin_id: plugin = '' } = params
  if (!/^[a-z][a-z0-9.-]*$/.test(plugin)) throw new RookeryError('plugin_not_found', { plugin })
  return { pluginId: plugin }
}

/** With force, a package of a plugin that is there takes its place. */
async function takeIn({ run }: Call, uploaded: Spooled, isForced: boolean): Promise<Plugin> {
  try {
    return await run(pluginsInstall, {}, uploaded.open())
  } catch (error) {
    if (!isForced || !(error instanceof RookeryError) || error.code !== 'plugin_installed_already') throw error
    const upgraded = await run(pluginsUpgrade, { pluginId: String(error.details['plugin']) }, uploaded.open())
    // Mattermost's clients know nothing of waiting: done is not what they should show.
    if (upgraded.upgrade) throw new RookeryError('plugin_upgrade_waits', { plugin: upgraded.id, version: upgraded.upgrade.version })
    return upgraded
  }
}

/** The package and the word of force come in any order. */
async function upload(call: Call): Promise<Plugin> {
  let uploaded: Spooled | undefined
  let isForced = false
  try {
    for await (const part of readMultipart(call.stream, call.headers['content-type'] as string, { maximumParts: 10 })) {
      if (part.kind === 'file' && part.name === 'plugin' && !uploaded) uploaded = await call.putAside(part.stream)
      else if (part.kind === 'field' && part.name === 'force') isForced = part.value === 'true'
    }
    if (!uploaded) throw new V4Error('api.plugin.upload.no_file.app_error', 'invalid_input', { field: 'plugin', reason: 'it is missing' })
    return await takeIn(call, uploaded, isForced)
  } finally {
    await uploaded?.remove()
  }
}

/** Plugins as Mattermost's system console knows them. What a plugin may do is not said there: the first consent comes by the native API. */
export function pluginRoutes({ isEnabled }: { isEnabled: () => boolean }): readonly Route[] {
  const whereEnabled = (handle: Route['handle']): Route['handle'] => (call) => {
    if (!isEnabled()) throw new V4Error('app.plugin.disabled.app_error', 'not_implemented', { operation: 'plugins' })
    return handle(call)
  }
  const done = (work: (call: Call) => Promise<unknown>): Route['handle'] => whereEnabled(async (call) => {
    await work(call)
    return statusOk
  })
  return [
    get('/plugins', whereEnabled(async ({ run }) => {
      const plugins = await run(pluginsList, {})
      const isActive = ({ state }: Plugin): boolean => state === 'enabled' || state === 'upgrading'
      return { active: plugins.filter(isActive).map(pluginShape), inactive: plugins.filter((plugin) => !isActive(plugin)).map(pluginShape) }
    })),
    post('/plugins', whereEnabled(async (call) => created(pluginShape(await upload(call)))), { body: 'stream' }),
    post('/plugins/install_from_url', whereEnabled(async ({ run, query }) => {
      const plugin = await run(pluginsInstallFromUrl, { url: query.text('plugin_download_url') ?? '', replace: query.flag('force') }).catch((error: unknown) => {
        const isLost = error instanceof RookeryError && (error.code === 'request_failed' || error.code === 'host_not_allowed' || error.details['field'] === 'url')
        throw isLost ? new V4Error('api.plugin.install.download_failed.app_error', 'invalid_input', { field: 'plugin_download_url', reason: error.message }) : error
      })
      if (plugin.upgrade) throw new RookeryError('plugin_upgrade_waits', { plugin: plugin.id, version: plugin.upgrade.version })
      return created(pluginShape(plugin))
    })),
    get('/plugins/statuses', whereEnabled(async ({ run }) => (await run(pluginsList, {})).map(pluginStatusShape))),
    // There is no market: what it would offer is nobody's secret, what is installed is.
    get('/plugins/marketplace', whereEnabled(async ({ run, query }) => {
      if (!query.flag('remote_only')) await run(pluginsList, {})
      return []
    })),
    remove('/plugins/{plugin_id}', done((call) => call.run(pluginsUninstall, { ...pluginId(call), data: 'keep' }))),
    post('/plugins/{plugin_id}/enable', done((call) => call.run(pluginsEnable, pluginId(call)))),
    post('/plugins/{plugin_id}/disable', done((call) => call.run(pluginsDisable, pluginId(call)))),
  ]
}
