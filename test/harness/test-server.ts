import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openMattermost } from '@rookery/compat'
import { createKernel, createLog, defaultSettings, openWeb, type Clock, type Kernel, type Settings } from '@rookery/kernel'
import { createPasswords } from '../../kernel/src/auth/index.ts'
import type { PluginBundle, PluginHostSettings } from '../../kernel/src/plugins/index.ts'
import { freePort } from './server-process.ts'
import { fixturePlugins, releasePlugins } from './fixture-plugins.ts'
import { openServers } from './open-servers.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

/** A whole server in this process, with a database of its own. */
export interface TestServer {
  /** Another one after a restart. */
  readonly kernel: Kernel
  readonly url: string
  /** Errors and warnings that it logged. */
  readonly complaints: string[]
  /** Stops it and starts it again on the same data. */
  restart(meanwhile?: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

interface ServerOptions {
  readonly settings?: Overrides
  readonly clock?: Clock
  /** By name, from test/fixtures/plugins. They are there as if an admin had installed them: disabled, with nothing granted. */
  readonly plugins?: readonly string[]
  /** By name, from plugins/: those of the release, enabled. */
  readonly releasePlugins?: readonly string[]
  /** Called before the server starts; the server uses the address that it answers, if any. */
  readonly prepare?: (database: TestDatabase) => Promise<string | undefined>
  readonly pluginHosts?: Partial<PluginHostSettings>
  readonly mailTimes?: { readonly firstRetryMs?: number, readonly gatherMs?: number }
  /** A built web app. */
  readonly web?: string
  /** Besides these; read anew at each start. */
  readonly bundles?: readonly PluginBundle[]
}

type Overrides = { readonly [Key in keyof Settings]?: Partial<Settings[Key]> }

/** What hashing costs is told in kernel/test/auth: here hundreds of people sign up and in. */
const passwordCost = { memoryCost: 64, timeCost: 1 }

/** Sign-up is open unless a test says otherwise. */
export async function createTestServer({ settings = {}, clock, plugins = [], releasePlugins: ofRelease = [], bundles: others = [], pluginHosts = {}, mailTimes = {}, web, prepare }: ServerOptions = {}): Promise<TestServer> {
  const database = await createTestDatabase()
  const databaseUrl = await prepare?.(database) ?? database.connectionString
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'rookery-test-'))
  const port = await freePort()
  const url = `http://localhost:${port}`
  const complaints: string[] = []
  const log = createLog({ format: 'human', level: 'warn', write: (line) => { complaints.push(line) } })
  const merged = Object.fromEntries(Object.entries(defaultSettings).map(([key, value]) => {
    const override = (settings as Record<string, unknown>)[key]
    return [key, typeof value === 'object' && !Array.isArray(value) ? { ...value, ...override as object } : override ?? value]
  })) as unknown as Settings
  const bundles = [...await fixturePlugins(plugins), ...await releasePlugins(ofRelease)]
  const start = async (): Promise<Kernel> => {
    const kernel = await createKernel({
      settings: {
        ...merged, dataFolder, databaseUrl, url, listen: { host: '127.0.0.1', port },
        accounts: { ...merged.accounts, openSignUp: settings.accounts?.openSignUp ?? true },
        // The machine that tests is shared: a plugin is not late because of its neighbours.
        plugins: { ...merged.plugins, ...(settings.plugins?.inlineDeadlineMs === undefined && { inlineDeadlineMs: 5000, inlineTotalMs: 10_000 }) },
      },
      log, plugins: [...bundles, ...others], pluginHosts, mailTimes, passwords: createPasswords({ cost: passwordCost }), ...(clock && { clock }),
    })
    openMattermost(kernel)
    openWeb({ http: kernel.http, ...(web && { folder: web }) })
    await kernel.listen()
    return kernel
  }
  let kernel = await start()
  const forget = openServers.add(() => kernel)
  return {
    get kernel() { return kernel },
    url, complaints,
    async restart(meanwhile) {
      await kernel.stop()
      await meanwhile?.()
      kernel = await start()
    },
    async close() {
      forget()
      await kernel.stop()
      await database.drop()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}
