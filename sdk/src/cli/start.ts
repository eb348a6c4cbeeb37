import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readPlugins } from '../bundle/index.ts'
import { UsageError, type Command, type Surroundings } from './command.ts'

type Kernel = typeof import('@rookery/kernel')
interface Web { buildWeb(): Promise<{ readonly folder: string }> }
interface Mattermost { openMattermost(kernel: Awaited<ReturnType<Kernel['createKernel']>>): unknown }

async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    return await import(name) as Module
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && String((error as Error).message).includes(name)) return undefined
    throw error
  }
}

const fromKernel = (place: string): string => fileURLToPath(new URL(place, import.meta.resolve('@rookery/kernel')))

/** Beside the kernel, in its package or in the clone. */
function releaseFolder(): string {
  const places = ['../plugins/', '../../plugins/'].map(fromKernel)
  return places.find((place) => existsSync(place)) ?? places[0] as string
}

/** The web app: built and packed with the kernel, or made of the clone. A server without it serves every other client. */
async function webFolder(onError: (error: unknown) => void): Promise<{ folder?: string }> {
  const packed = fromKernel('../web/')
  if (existsSync(packed)) return { folder: packed }
  try {
    const web = await load<Web>('@rookery/web/build')
    return web ? { folder: (await web.buildWeb()).folder } : {}
  } catch (error) {
    onError(error)
    return {}
  }
}

/** A whole server of the packages that are installed beside this one; its settings are the environment's. */
export const startCommand: Command = {
  usage: 'rookery start', summary: 'runs a server; its settings are environment variables, its data lies in ROOKERY_DATA (./data)', options: {},
  async run(_asked, surroundings) {
    const server = await startServer(surroundings)
    const { signal } = surroundings
    if (!signal) return
    const isLost = signal.aborted ? false : await Promise.race([once(signal, 'abort').then(() => false), server.lost.then(() => true)])
    surroundings.say('Stopping')
    await server.stop()
    return isLost ? 1 : 0
  },
}

interface OwnServer {
  stop(): Promise<void>
  /** Another server has taken its database. */
  readonly lost: Promise<Error>
}

export async function startServer({ environment, say, complain }: Surroundings): Promise<OwnServer> {
  const kernelModule = await load<Kernel>('@rookery/kernel')
  if (!kernelModule) throw new UsageError('A server comes with @rookery/kernel: install it beside @rookery/sdk.')
  const { createKernel, createLog, openWeb, readSettings, settingsOfEnvironment } = kernelModule
  const settings = readSettings(environment)
  const log = createLog({ format: settings.telemetry.format, level: settings.telemetry.level, write: (line) => { complain(line.trimEnd()) } })
  const plugins = await readPlugins({ folder: releaseFolder(), onError: (plugin, error) => { log.error('A plugin of the release cannot be read', { plugin, error }) } })
  const web = webFolder((error) => { log.error('The web app is not served', { error }) })
  const lost = Promise.withResolvers<Error>()
  const kernel = await createKernel({ settings, plugins, readOnlySettings: settingsOfEnvironment(environment), log, onPhase: say, onLost: lost.resolve })
  // People need it, plugins do not.
  const mattermost = await load<Mattermost>('@rookery/compat')
  mattermost?.openMattermost(kernel)
  openWeb({ http: kernel.http, ...await web })
  try {
    await kernel.listen()
  } catch (error) {
    await kernel.stop()
    throw error
  }
  say(`Rookery is at ${settings.url}`)
  return { stop: () => kernel.stop(), lost: lost.promise }
}
