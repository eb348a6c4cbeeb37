import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { systemContext } from '@rookery/kernel'
import { pluginsGet, pluginsInstall, pluginsList, pluginsUpgrade, RookeryError, type PackageAcceptance } from '@rookery/sdk/protocol'
import { sql } from '../../../kernel/src/storage/index.ts'
import { createTestServer, type TestServer } from '../../harness/test-server.ts'
import { hostilePackages, innocent, pack, replayedPackages, trusted } from './hostile.ts'

/** Two have no signature, each under another rule. */
const sameBytes = 1

/** A4: each of these is refused whole, in one sentence, and nothing is left of it. */
describe('hostile packages', function () {
  this.timeout(30_000)
  let server: TestServer
  before(async () => { server = await createTestServer({ settings: { plugins: { trustedSigners: [trusted.publicKey] } } }) })
  after(() => server.close())

  const install = (bytes: Buffer, accept?: PackageAcceptance): Promise<unknown> =>
    server.kernel.operations.dispatch(pluginsInstall, systemContext, accept ? { accept } : {}, Readable.from([bytes], { objectMode: false }))

  /** Whatever a package could leave behind. */
  const traces = async (): Promise<unknown> => {
    const { db, settings } = server.kernel
    const rows = await db.any(sql`select id from plugins union all select kind from due_work where kind like 'plugins.%'`)
    const folders = await readdir(path.join(settings.dataFolder, 'files'), { recursive: true })
    return { rows, files: folders.filter((name) => name.startsWith('plugin')), drafts: await readdir(path.join(settings.dataFolder, 'files', '.drafts')) }
  }

  it('are sixty and more', () => {
    const all = Object.values(hostilePackages).flat()
    ok(all.length >= 60, String(all.length))
    equal(new Set(all.map(({ bytes }) => bytes.toString('latin1'))).size, all.length - sameBytes, 'two of them are one')
  })

  for (const [kind, packages] of Object.entries(hostilePackages)) {
    describe(kind, () => {
      for (const { what, bytes, code, says, accept } of packages) {
        it(what, async () => {
          const error = await install(bytes, accept).then(() => undefined, (thrown: unknown) => thrown)
          ok(error instanceof RookeryError, `it was taken, or failed otherwise: ${String(error)}`)
          deepEqual([error.code, error.status < 500], [code, true])
          match(error.message, says)
          // One sentence, for people.
          match(error.message, /^[A-Z][^\n]{10,600}\.$/)
          deepEqual(await traces(), { rows: [], files: [], drafts: [] })
        })
      }
    })
  }

  describe('after all of them', () => {
    it('an honest one is taken', async () => {
      await install(pack())
      const [plugin] = await server.kernel.operations.dispatch(pluginsList, systemContext, {})
      deepEqual([plugin?.id, plugin?.state, plugin?.signer, plugin?.granted], [innocent.id, 'disabled', trusted.publicKey, {}])
    })

    it('none takes its place that came before it, unless an admin says so', async () => {
      const upgrade = (bytes: Buffer, allowOlder?: boolean): Promise<unknown> =>
        server.kernel.operations.dispatch(pluginsUpgrade, systemContext, { pluginId: innocent.id, ...(allowOlder && { allowOlder }) }, Readable.from([bytes], { objectMode: false }))
      const before = await traces()
      for (const { what, bytes, code, says } of replayedPackages) {
        const error = await upgrade(bytes).then(() => undefined, (thrown: unknown) => thrown)
        ok(error instanceof RookeryError, `${what} was taken, or failed otherwise: ${String(error)}`)
        equal(error.code, code)
        match(error.message, says)
        deepEqual(await traces(), before)
      }
      const [older] = replayedPackages
      await upgrade((older as typeof replayedPackages[number]).bytes, true)
      const { plugin } = await server.kernel.operations.dispatch(pluginsGet, systemContext, { pluginId: innocent.id })
      equal(plugin.version, '0.9.99')
    })
  })
})
