import { pluginTrustChanged, RookeryError, type PluginSigner, type RevokedVersion } from '@rookery/sdk/protocol'
import type { Clock } from '../clock.ts'
import type { Settings } from '../config/index.ts'
import type { Emit, Writer } from '../events/index.ts'
import { sql, type Database, type Transaction } from '../storage/index.ts'
import { createTurns } from '../turns.ts'

/** What is judged: a version of a plugin and who signed it, '' for nobody. */
interface Judged { readonly id: string, readonly version: string, readonly signer: string }

/** Whose plugins run here, and which versions do not. In memory; who changes it answers when memory knows. */
export interface Trust {
  load(): Promise<void>
  isTrusted(publicKey: string): boolean
  /** As admins call them; '' for nobody they know. */
  nameOf(publicKey: string): string
  /** Why this must not run, in words; undefined where it may. */
  revocationOf(judged: Judged): string | undefined
  /** Throws `plugin_revoked`. */
  assertNotRevoked(judged: Judged): void
  signers(): readonly PluginSigner[]
  versions(): readonly RevokedVersion[]
  setSigner(signer: Pick<PluginSigner, 'publicKey' | 'standing'> & { readonly name: string | undefined, readonly reason: string }): Promise<PluginSigner>
  removeSigner(publicKey: string): Promise<void>
  revokeVersion(revoked: Omit<RevokedVersion, 'updateAt'>): Promise<RevokedVersion>
  allowVersion(pluginId: string, version: string): Promise<void>
}

interface TrustDependencies {
  readonly db: Database
  readonly writer: Writer
  readonly clock: Clock
  readonly settings: Settings
}

const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`)

export function createTrust({ db, writer, clock, settings }: TrustDependencies): Trust {
  let signers = new Map<string, PluginSigner>()
  let versions = new Map<string, RevokedVersion>()
  const environment = (): readonly string[] => settings.plugins.trustedSigners
  const keyOf = (pluginId: string, version: string): string => `${pluginId} ${version}`

  // In turn: who read earlier and was slower would bring back what has been revoked since.
  const turns = createTurns()
  const load = (): Promise<void> => turns.take('load', async () => {
    const [said, revoked] = await Promise.all([
      db.any<Omit<PluginSigner, 'isFromEnvironment'>>(sql`select public_key as "publicKey", name, standing, reason, update_at as "updateAt" from plugin_signers`),
      db.any<RevokedVersion>(sql`select plugin_id as "pluginId", version, reason, update_at as "updateAt" from plugin_revoked_versions`),
    ])
    signers = new Map([
      ...environment().map((publicKey): [string, PluginSigner] => [publicKey, { publicKey, name: '', standing: 'trusted', reason: '', updateAt: 0, isFromEnvironment: true }]),
      ...said.map((signer): [string, PluginSigner] => [signer.publicKey, { ...signer, isFromEnvironment: environment().includes(signer.publicKey) }]),
    ])
    versions = new Map(revoked.map((version) => [keyOf(version.pluginId, version.version), version]))
  })

  const change = async (work: (transaction: Transaction) => Promise<unknown>): Promise<void> => {
    await writer.write(async (transaction, emit: Emit) => {
      await work(transaction)
      emit(pluginTrustChanged, {}, { adminsOnly: true })
    })
    await load()
  }

  const nameOf = (publicKey: string): string => signers.get(publicKey)?.name ?? ''

  const revocationOf = ({ id, version, signer }: Judged): string | undefined => {
    const revoked = versions.get(keyOf(id, version))
    if (revoked) return `version ${version} was revoked${because(revoked.reason)}`
    const { standing, reason = '' } = signers.get(signer) ?? {}
    return standing === 'revoked' ? `its signer ${nameOf(signer) || signer} was revoked${because(reason)}` : undefined
  }

  return {
    load, nameOf, revocationOf,
    isTrusted: (publicKey) => signers.get(publicKey)?.standing === 'trusted',
    assertNotRevoked(judged) {
      const reason = revocationOf(judged)
      if (reason !== undefined) throw new RookeryError('plugin_revoked', { plugin: judged.id, reason })
    },
    signers: () => [...signers.values()].sort((one, other) => (one.publicKey < other.publicKey ? -1 : 1)),
    versions: () => [...versions.values()].sort((one, other) => (keyOf(one.pluginId, one.version) < keyOf(other.pluginId, other.version) ? -1 : 1)),
    async setSigner({ publicKey, name = nameOf(publicKey), standing, reason }) {
      await change((transaction) => transaction.query(sql`
        insert into plugin_signers (public_key, name, standing, reason, update_at) values (${publicKey}, ${name}, ${standing}, ${reason}, ${clock.now()})
        on conflict (public_key) do update set name = excluded.name, standing = excluded.standing, reason = excluded.reason, update_at = excluded.update_at`))
      return signers.get(publicKey) as PluginSigner
    },
    removeSigner: (publicKey) => change((transaction) => transaction.query(sql`delete from plugin_signers where public_key = ${publicKey}`)),
    async revokeVersion({ pluginId, version, reason }) {
      await change((transaction) => transaction.query(sql`
        insert into plugin_revoked_versions (plugin_id, version, reason, update_at) values (${pluginId}, ${version}, ${reason}, ${clock.now()})
        on conflict (plugin_id, version) do update set reason = excluded.reason, update_at = excluded.update_at`))
      return versions.get(keyOf(pluginId, version)) as RevokedVersion
    },
    allowVersion: (pluginId, version) => change((transaction) => transaction.query(sql`delete from plugin_revoked_versions where plugin_id = ${pluginId} and version = ${version}`)),
  }
}
