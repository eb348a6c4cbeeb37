import path from 'node:path'
import { openMattermost } from '@rookery/compat'
import { createKernel, createLog, openWeb, readSettings, settingsOfEnvironment } from '@rookery/kernel'
import { readPlugins } from '@rookery/sdk/bundle'

/** Starts the server: the only file that knows kernel and compat. */
async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const log = createLog({ format: settings.telemetry.format, level: settings.telemetry.level, write: (line) => { process.stderr.write(line) } })
  const plugins = await readPlugins({
    folder: path.join(import.meta.dirname, 'plugins'), cacheFolder: path.join(import.meta.dirname, 'node_modules', '.cache', 'rookery'),
    onError: (plugin, error) => { log.error('A plugin of the release cannot be read', { plugin, error }) },
  })
  const kernel = await createKernel({
    settings, plugins, readOnlySettings: settingsOfEnvironment(process.env), log, onPhase: (phase) => { console.log(phase) },
  })
  openMattermost(kernel)
  openWeb({ http: kernel.http })
  try {
    await kernel.listen()
  } catch (error) {
    await kernel.stop()
    throw error
  }
  console.log(`Rookery is at ${settings.url}`)

  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    console.log('Stopping')
    kernel.stop().then(() => { process.exit(0) }, (error: unknown) => {
      log.error('The server did not stop cleanly', { error })
      process.exit(1)
    })
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
