import { Type, type Static } from 'typebox'
import { defineEvent } from './event.ts'
import { defineOperation } from './operation.ts'
import { PluginId } from './plugin.ts'
import { At, Done, Fields, OneOf, Text } from './schema.ts'

/** Who signs packages: an Ed25519 key, 32 bytes in base64. */
export const PublicKey = Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })

/** `trusted`: packages are taken without a word. `revoked`: nothing that they signed is taken or runs. */
export const SignerStanding = OneOf('trusted', 'revoked')

export const PluginSigner = Fields({
  publicKey: PublicKey,
  /** As admins call them. */
  name: Type.String(),
  standing: SignerStanding,
  /** Why they were revoked. */
  reason: Type.String(),
  updateAt: At,
  /** The environment of the server says so; it can be revoked here all the same. */
  isFromEnvironment: Type.Boolean(),
})
export type PluginSigner = Static<typeof PluginSigner>

export const RevokedVersion = Fields({ pluginId: PluginId, version: Type.String(), reason: Type.String(), updateAt: At })
export type RevokedVersion = Static<typeof RevokedVersion>

export const pluginsListSigners = defineOperation({
  name: 'plugins.listSigners', summary: 'Lists those whose packages this server takes without a word, and those whose it never takes.', safe: true, input: Fields({}), output: Type.Array(PluginSigner),
})

export const pluginsSetSigner = defineOperation({
  name: 'plugins.setSigner', summary: 'Trusts a signer, or revokes one: all plugins of a revoked signer are disabled at once.',
  input: Fields({ publicKey: PublicKey, name: Type.Optional(Text(64, { minLength: 1 })), standing: SignerStanding, reason: Type.Optional(Text(300)) }), output: PluginSigner,
})

export const pluginsRemoveSigner = defineOperation({
  name: 'plugins.removeSigner', summary: 'Forgets what was said of a signer here. What was disabled stays disabled.', input: Fields({ publicKey: PublicKey }), output: Done,
})

export const pluginsListRevokedVersions = defineOperation({
  name: 'plugins.listRevokedVersions', summary: 'Lists the versions of plugins that do not run here.', safe: true, input: Fields({}), output: Type.Array(RevokedVersion),
})

const version = Text(60, { minLength: 1 })

export const pluginsRevokeVersion = defineOperation({
  name: 'plugins.revokeVersion', summary: 'Revokes one version of a plugin: it is not taken any more, and is disabled at once where it runs.',
  input: Fields({ pluginId: PluginId, version, reason: Text(300, { minLength: 1 }) }), output: RevokedVersion,
})

export const pluginsAllowVersion = defineOperation({
  name: 'plugins.allowVersion', summary: 'Takes back that a version was revoked. What was disabled stays disabled.', input: Fields({ pluginId: PluginId, version }), output: Done,
})

export const pluginTrustChanged = defineEvent({ name: 'plugin.trustChanged', summary: 'Other signers or versions of plugins are trusted or revoked.', payload: Fields({}) })
