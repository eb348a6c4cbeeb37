import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createIds } from '../../src/ids.ts'
import { createLocalBus, createWriter } from '../../src/events/index.ts'
import {
  createKeyValues, createOwnFiles, createPluginSettings, createSecretBox, createSecrets, createSnapshots, createStoredRows, type ExportedFile, type StoredKind, type StoringPlugin,
} from '../../src/plugin-storage/index.ts'
import { createDatabase, createDiskFileStore, sql, type Database, type FileStore } from '../../src/storage/index.ts'
import { createSilentLog } from '../../src/telemetry/index.ts'
import { createTestDatabase, type TestDatabase } from '../../../test/harness/postgres.ts'

const log = createSilentLog()
const limits = { maximumKeys: 100, maximumBytes: 1_000_000 }
const settings = { system: { type: 'object', properties: { colour: { type: 'string' }, token: { type: 'string', secret: true } } } }
const plugin = { id: 'org.example.keeper', granted: {}, manifest: { id: 'org.example.keeper', settings, capabilities: {}, contributes: { migrations: [] } } } as unknown as StoringPlugin
const neighbour = { ...plugin, id: 'org.example' } as StoringPlugin

describe('Values, secrets, settings and files of a plugin as a whole', () => {
  let test: TestDatabase
  let db: Database
  let folder: string
  let files: FileStore
  let kept: StoredKind
  let parts: ReturnType<typeof createParts>

  const createParts = () => {
    const clock = { now: () => Date.now() }
    const foundation = { db, clock, log }
    const box = createSecretBox({ key: 'ab'.repeat(32), dataFolder: folder })
    let sequence = 0
    return {
      values: createKeyValues(foundation), secrets: createSecrets({ ...foundation, box }), ownFiles: createOwnFiles({ ...foundation, files, ids: createIds({ clock, randomBytes: (count) => Buffer.alloc(count, sequence += 1) }) }),
      settings: createPluginSettings({ ...foundation, box, writer: createWriter({ ...foundation, bus: createLocalBus({ log }) }) }),
    }
  }
  beforeEach(async () => {
    test = await createTestDatabase()
    db = await createDatabase({ connection: test.connection, log })
    folder = await mkdtemp(path.join(tmpdir(), 'rookery-kept-'))
    files = await createDiskFileStore({ folder: path.join(folder, 'files') })
    for (const { id } of [plugin, neighbour]) {
      await db.query(sql`insert into plugins (id, version, origin, manifest, source_hash, create_at, update_at) values (${id}, '1.0.0', 'installed', '{}', '', 0, 0)`)
    }
    parts = createParts()
    kept = createStoredRows({ db, files, snapshots: createSnapshots({ files }), clock: { now: () => Date.now() }, onChange: (id) => parts.settings.reload(id) })
    for (const { id } of [plugin, neighbour]) {
      await parts.values.set(id, 'a\\b', { text: 'line\n\t"\\ \u0000 ü' }, limits)
      await parts.values.set(id, 'b', [1], { ...limits, ttlMs: 1_000_000 })
      await parts.secrets.set(id, 'token', 'hunter2')
      await parts.settings.write({ ...plugin, id }, 'system', '', { colour: 'red', token: 'hunter3' })
      await parts.ownFiles.put(id, 'one.txt', Buffer.from('first'), { contentType: 'text/plain', maximumBytes: 1000 })
    }
  })
  afterEach(async () => {
    await db.close()
    await test.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const content = async ({ id }: StoringPlugin): Promise<unknown> => [
    await parts.values.list(id, { prefix: '', after: '', limit: 10 }), await parts.values.get(id, 'a\\b'), await parts.values.usage(id), await parts.secrets.get(id, 'token'), parts.settings.effective({ ...plugin, id }),
    await parts.ownFiles.list(id, { prefix: '', after: '', limit: 10 }), await parts.ownFiles.read(id, 'one.txt', { start: 0, length: 10 }).then(({ bytes }) => bytes.toString(), () => ''),
  ]
  const rows = (id: string): Promise<number> => db.value(sql`
    select (select count(*) from plugin_values where plugin_id = ${id}) + (select count(*) from plugin_value_usage where plugin_id = ${id}) + (select count(*) from plugin_leases where plugin_id = ${id})
      + (select count(*) from plugin_secrets where plugin_id = ${id}) + (select count(*) from plugin_settings where plugin_id = ${id}) + (select count(*) from plugin_files where plugin_id = ${id})`)
  const storedFiles = async (under: string): Promise<string[]> => (await readdir(path.join(folder, 'files', under), { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).map(({ name }) => name)

  it('go back to what they were', async () => {
    const [before, theirs] = [await content(plugin), await content(neighbour)]
    await kept.prepare(plugin)
    await kept.snapshot(plugin, 'upgrade')
    await parts.values.delete(plugin.id, 'a\\b')
    await parts.values.set(plugin.id, 'c', 1, limits)
    await parts.secrets.set(plugin.id, 'token', 'changed')
    await parts.settings.write(plugin, 'system', '', { colour: 'blue', token: null })
    await parts.ownFiles.put(plugin.id, 'one.txt', Buffer.from('second'), { contentType: 'text/plain', maximumBytes: 1000 })
    await parts.ownFiles.put(plugin.id, 'two.txt', Buffer.from('more'), { contentType: 'text/plain', maximumBytes: 1000 })
    await kept.restore(plugin, 'upgrade')
    deepEqual(await content(plugin), before)
    // The bytes that came since are strays, those that are back are not.
    equal(await db.value(sql`select count(*) from unclaimed_blobs`), 2)
    await kept.restore(plugin, 'upgrade')
    await kept.forgetSnapshot(plugin.id, 'upgrade')
    await parts.values.set(plugin.id, 'c', 1, limits)
    await kept.restore(plugin, 'upgrade')
    ok(await parts.values.get(plugin.id, 'c'))
    deepEqual([await storedFiles('plugin-snapshots'), await content(neighbour)], [[], theirs])
  })

  it('are given away without what is secret', async () => {
    const exported = new Map<string, string>()
    for await (const { path: name, bytes } of kept.exportData(plugin) as AsyncIterable<ExportedFile>) exported.set(name, bytes.toString())
    deepEqual([...exported.keys()], ['values-1.jsonl', 'settings-1.jsonl', 'files/1-1', 'files.jsonl'])
    const [value] = (exported.get('values-1.jsonl') ?? '').split('\n').map((line) => line && JSON.parse(line) as unknown)
    deepEqual(value, { key: 'a\\b', value: { text: 'line\n\t"\\ \u0000 ü' }, expiresAt: 0 })
    deepEqual(JSON.parse(exported.get('settings-1.jsonl') ?? ''), { scope: 'system', scopeId: '', values: { colour: 'red' } })
    equal(exported.get('files/1-1'), 'first')
    const { name, paths } = JSON.parse(exported.get('files.jsonl') ?? '') as { name: string, paths: string[] }
    deepEqual([name, paths], ['one.txt', ['files/1-1']])
    ok(![...exported.values()].join('').includes('hunter'))
  })

  it('leave no row and no file when they are purged, and nothing of a neighbour goes', async () => {
    const theirs = await content(neighbour)
    await parts.ownFiles.put(plugin.id, 'one.txt', Buffer.from('second'), { contentType: 'text/plain', maximumBytes: 1000 })
    await kept.purge(plugin.id)
    deepEqual([await rows(plugin.id), await storedFiles(`plugin-files/${plugin.id}`), await db.value(sql`select count(*) from unclaimed_blobs`), await content(neighbour)], [0, [], 0, theirs])
    deepEqual(parts.settings.effective(plugin), {})
    await kept.purge(plugin.id)
    await kept.restore(plugin, 'none')
    equal(await rows(plugin.id), 0)
  })
})
