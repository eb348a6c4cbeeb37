import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { readPlugins } from '../bundle/index.ts'
import { UsageError, type Command, type Surroundings } from './command.ts'

type Kernel = typeof import('@rookery/kernel')
interface Mattermost { openMattermost(kernel: Awaited<ReturnType<Kernel['createKernel']>>): unknown }

async function load<Module>(name: string): Promise<Module | undefined> {
  try {
    return await import(name) as Module
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' && String((error as Error).message).includes(name)) return undefined
    throw error
  }
}

/** Beside the kernel, in its package or in the clone. */
function releaseFolder(): string {
  const entry = import.meta.resolve('@rookery/kernel')
  const places = ['../plugins/', '../../plugins/'].map((place) => fileURLToPath(new URL(place, entry)))
  return places.find((place) => existsSync(place)) ?? places[0] as string
}

/** A whole server of the packages that are installed beside this one; its settings are the environment's. */
export const startCommand: Command = {
  usage: 'rookery start', summary: 'runs a server; its settings are environment variables, its data lies in ROOKERY_DATA (./data)', options: {},
  async run(_asked, surroundings) {
    const server = await startServer(surroundings)
    const { signal } = surroundings
    if (!signal) return
    if (!signal.aborted) await once(signal, 'abort')
    surroundings.say('Stopping')
    await server.stop()
  },
}

export async function startServer({ environment, say, complain }: Surroundings): Promise<{ stop(): Promise<void> }> {
  const kernelModule = await load<Kernel>('@rookery/kernel')
  if (!kernelModule) throw new UsageError('A server comes with @rookery/kernel: install it beside @rookery/sdk.')
  const { createKernel, createLog, openWeb, readSettings, settingsOfEnvironment } = kernelModule
  const settings = readSettings(environment)
  const log = createLog({ format: settings.telemetry.format, level: settings.telemetry.level, write: (line) => { complain(line.trimEnd()) } })
  const plugins = await readPlugins({ folder: releaseFolder(), onError: (plugin, error) => { log.error('A plugin of the release cannot be read', { plugin, error }) } })
  const kernel = await createKernel({ settings, plugins, readOnlySettings: settingsOfEnvironment(environment), log, onPhase: say })
  // People need it, plugins do not.
  const mattermost = await load<Mattermost>('@rookery/compat')
  mattermost?.openMattermost(kernel)
  openWeb({ http: kernel.http })
  try {
    await kernel.listen()
  } catch (error) {
    await kernel.stop()
    throw error
  }
  say(`Rookery is at ${settings.url}`)
  return kernel
}
