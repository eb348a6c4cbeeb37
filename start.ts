import { flushCompileCache } from 'node:module'
import path from 'node:path'
import { openMattermost } from '@rookery/compat'
import { createKernel, createLog, openWeb, readSettings, settingsOfEnvironment, type Log } from '@rookery/kernel'
import { readPlugins } from '@rookery/sdk/bundle'
import { buildWeb } from '@rookery/web/build'

/** Starts the server: the only file that knows kernel, compat and web. */
async function start(): Promise<void> {
  const settings = readSettings(process.env)
  const log = createLog({ format: settings.telemetry.format, level: settings.telemetry.level, write: (line) => { process.stderr.write(line) } })
  const plugins = await readPlugins({
    folder: path.join(import.meta.dirname, 'plugins'), cacheFolder: path.join(import.meta.dirname, 'node_modules', '.cache', 'rookery'),
    onError: (plugin, error) => { log.error('A plugin of the release cannot be read', { plugin, error }) },
  })
  // Beside the start of the database, which waits for other things than the processor.
  const web = folderOfWeb(buildWeb(), log)
  const lost = Promise.withResolvers<Error>()
  const kernel = await createKernel({
    settings, plugins, readOnlySettings: settingsOfEnvironment(process.env), log, onPhase: (phase) => { console.log(phase) }, onLost: lost.resolve,
  })
  openMattermost(kernel)
  openWeb({ http: kernel.http, ...await web })
  try {
    await kernel.listen()
  } catch (error) {
    await kernel.stop()
    throw error
  }
  // What was compiled by now helps the next start, also after a power cut.
  flushCompileCache()
  console.log(`Rookery is at ${settings.url}`)

  let isStopping = false
  const stop = (code: number): void => {
    if (isStopping) return
    isStopping = true
    console.log('Stopping')
    kernel.stop().then(() => { process.exit(code) }, (error: unknown) => {
      log.error('The server did not stop cleanly', { error })
      process.exit(1)
    })
  }
  process.on('SIGTERM', () => { stop(0) })
  process.on('SIGINT', () => { stop(0) })
  void lost.promise.then(() => { stop(1) })
}

/** A server without its page still serves every other client. */
async function folderOfWeb(building: ReturnType<typeof buildWeb>, log: Log): Promise<{ folder?: string }> {
  try {
    const { folder, builtInMs } = await building
    if (builtInMs !== undefined) console.log(`Built the web app in ${(builtInMs / 1000).toFixed(1)} s`)
    return { folder }
  } catch (error) {
    log.error('The web app is not served', { error })
    return {}
  }
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
