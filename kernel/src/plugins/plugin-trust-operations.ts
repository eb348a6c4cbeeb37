import { pluginsAllowVersion, pluginsListRevokedVersions, pluginsListSigners, pluginsRemoveSigner, pluginsRevokeVersion, pluginsSetSigner } from '@rookery/sdk/protocol'
import type { Access } from '../auth/index.ts'
import { implement, type AnyImplementation, type Context } from '../operations/index.ts'
import type { Lifecycle } from './lifecycle.ts'
import { assertMayReadPlugins, assertMayWritePlugins } from './plugin-rights.ts'
import type { Trust } from './trust.ts'

interface Parts {
  readonly access: Access
  readonly trust: Trust
  readonly lifecycle: Pick<Lifecycle, 'stopRevoked'>
}

/** Whose plugins an admin lets run. */
export function createPluginTrustOperations({ access, trust, lifecycle }: Parts): AnyImplementation[] {
  const reading = { access(context: Context) { assertMayReadPlugins(access, context) } }
  const writing = { access(context: Context) { assertMayWritePlugins(access, context) } }
  return [
    implement(pluginsListSigners, { ...reading, handle: () => [...trust.signers()] }),
    implement(pluginsSetSigner, {
      ...writing,
      async handle(_context, { publicKey, name, standing, reason = '' }) {
        const signer = await trust.setSigner({ publicKey, name, standing, reason: standing === 'revoked' ? reason : '' })
        await lifecycle.stopRevoked()
        return signer
      },
    }),
    implement(pluginsRemoveSigner, {
      ...writing,
      async handle(_context, { publicKey }) {
        await trust.removeSigner(publicKey)
        return {}
      },
    }),
    implement(pluginsListRevokedVersions, { ...reading, handle: () => [...trust.versions()] }),
    implement(pluginsRevokeVersion, {
      ...writing,
      async handle(_context, input) {
        const revoked = await trust.revokeVersion(input)
        await lifecycle.stopRevoked()
        return revoked
      },
    }),
    implement(pluginsAllowVersion, {
      ...writing,
      async handle(_context, { pluginId, version }) {
        await trust.allowVersion(pluginId, version)
        return {}
      },
    }),
  ]
}
