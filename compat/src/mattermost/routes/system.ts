import { clientLogsWrite, mailsTest, RookeryError, settingsGet, settingsPatch, settingsReload, systemCheckHealth, systemDescribe, type InputOf } from '@rookery/sdk/protocol'
import { adminConfigPatch, adminConfigValues, asSections, environmentKeys, mailSettingsOf } from '../admin-config.ts'
import type { ClientConfigView } from '../client-config-view.ts'
import { clientLicense } from '../license.ts'
import { get, objectBody, post, put, Reply, statusOk, textField, type Call, type Route } from '../route.ts'

const uncached = { 'Cache-Control': 'no-cache, no-store, must-revalidate' }

const standardStatus = {
  ActiveSearchBackend: 'database', AndroidLatestVersion: '', AndroidMinVersion: '', IosLatestVersion: '', IosMinVersion: '', status: 'OK',
}

/** The words in which clients tell how bad it is, and ours. */
const levels: Readonly<Record<string, InputOf<typeof clientLogsWrite>['level']>> = { ERROR: 'error', CRITICAL: 'error', WARN: 'warn', WARNING: 'warn' }

async function ping({ query, run }: Call): Promise<unknown> {
  const device = query.text('device_id')
  // Nobody sends push notifications here yet, and clients tell their user so.
  const status = device ? { ...standardStatus, CanReceiveNotifications: 'false' } : standardStatus
  if (!query.flag('get_server_status')) return status
  const { database, files, details } = await run(systemCheckHealth, {})
  const word = (isWell: boolean): string => isWell ? 'OK' : 'UNHEALTHY'
  const isWell = database && files
  const told = { status: word(isWell), database_status: word(database), filestore_status: word(files) }
  return new Reply({ ...status, ...told, ...(details && { root_status: details.isRoot }) }, { status: isWell || query.flag('use_rest_semantics') ? 200 : 503, headers: told })
}

/** The server itself: how it is, what it tells its clients, and its configuration as Mattermost's console knows it. */
export function systemRoutes({ view, url }: { view: ClientConfigView, url: () => string }): readonly Route[] {
  const readConfig = async ({ run, query }: Call): Promise<Reply> => {
    const values = adminConfigValues(await run(settingsGet, {}), url())
    const isWanted = query.flag('remove_masked') ? ([, value]: readonly [string, unknown]) => !(typeof value === 'string' && /^\*{32}$/.test(value)) : () => true
    return new Reply(asSections([...values].filter(isWanted)), { headers: uncached })
  }
  const writeConfig = (isWhole: boolean) => async (call: Call): Promise<Reply> => {
    const { run, body } = call
    const patch = adminConfigPatch(objectBody(body), await run(settingsGet, {}), url(), { isWhole })
    return new Reply(asSections(adminConfigValues(await run(settingsPatch, patch), url())), { headers: uncached })
  }

  return [
    get('/system/ping', ping, { session: 'optional' }),
    get('/system/timezones', () => Intl.supportedValuesOf('timeZone')),
    get('/config/client', async ({ session, run }) => {
      const config = session ? view.full() : view.limited(await run(systemDescribe, {}))
      return new Reply(config, { headers: uncached })
    }, { session: 'optional' }),
    get('/license/client', ({ query }) => {
      const format = query.text('format')
      if (format === undefined) throw new RookeryError('format_missing')
      if (format !== 'old') throw new RookeryError('invalid_address_part', { field: 'format', reason: 'it must be old' })
      return clientLicense
    }, { session: 'optional' }),
    get('/plugins/webapp', () => [], { session: 'optional' }),
    get('/config', readConfig),
    put('/config', writeConfig(true)),
    put('/config/patch', writeConfig(false)),
    get('/config/environment', async ({ run }) => new Reply(asSections(environmentKeys(await run(settingsGet, {}))), { headers: uncached })),
    post('/config/reload', async ({ run }) => {
      await run(settingsReload, {})
      return new Reply(statusOk, { headers: uncached })
    }),
    post('/email/test', async ({ run, body }) => {
      const values = mailSettingsOf(body === undefined || body === null ? {} : objectBody(body))
      await run(mailsTest, Object.keys(values).length > 0 ? { values } : {})
      return statusOk
    }),
    post('/logs', async ({ run, body }) => {
      const fields = objectBody(body)
      const level = textField(fields['level'])
      const message = textField(fields['message']).slice(0, 400)
      await run(clientLogsWrite, { level: levels[level.toUpperCase()] ?? 'info', message })
      return { level: level.slice(0, 20), message }
    }),
  ]
}
