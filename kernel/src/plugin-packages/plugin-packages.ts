import { Readable } from 'node:stream'
import { RookeryError, type PackageAcceptance } from '@rookery/sdk/protocol'
import { packageLimits } from '@rookery/sdk/package'
import type { Settings } from '../config/index.ts'
import { FileNotFoundError, type FileStore } from '../storage/index.ts'
import { openPackage, type OpenedPackage, type PackageJudges } from './open-package.ts'

/** The packages of plugins that an admin installed: each lies in the file store as it came, under its hash. */
export interface PluginPackages {
  /** Reads and judges a package that a stranger sends. Nothing is kept of it. */
  receive(stream: Readable, options?: { readonly accept?: PackageAcceptance | undefined, readonly signer?: string | undefined }): Promise<OpenedPackage>
  keep(opened: OpenedPackage): Promise<void>
  /** Undefined where it is gone, or is not what was kept. */
  read(pluginId: string, hash: string): Promise<OpenedPackage | undefined>
  remove(pluginId: string, hash: string): Promise<void>
}

/** Whom this server trusts. */
export interface PackageTrust {
  isTrusted(publicKey: string): boolean
  /** Throws where an admin has revoked it. */
  assertNotRevoked(version: { readonly id: string, readonly version: string, readonly signer: string }): void
}

interface PluginPackagesDependencies extends PackageJudges {
  readonly files: FileStore
  readonly settings: Settings
  readonly trust: PackageTrust
}

export function createPluginPackages({ files, settings, trust, ...judges }: PluginPackagesDependencies): PluginPackages {
  const key = (pluginId: string, hash: string): string => `plugins/${pluginId}/${hash}.zip`

  const assertTrusted = ({ signer, manifest: { id, version } }: OpenedPackage, accept: PackageAcceptance, consented: string): void => {
    trust.assertNotRevoked({ id, version, signer })
    if (accept === 'unsigned') return
    if (signer === '') throw new RookeryError('package_unsigned')
    if (accept === 'trusted' && signer !== consented && !trust.isTrusted(signer)) throw new RookeryError('package_signer_unknown', { signer, plugin: id, version })
  }

  return {
    async receive(stream, { accept = settings.plugins.acceptPackages, signer = '' } = {}) {
      const opened = await openPackage(await collect(stream), judges)
      assertTrusted(opened, accept, signer)
      return opened
    },
    async keep({ manifest, hash, bytes }) { await files.write(key(manifest.id, hash), Readable.from([bytes])) },
    async read(pluginId, hash) {
      try {
        const opened = await openPackage(await collect(await files.read(key(pluginId, hash))), judges)
        return opened.hash === hash && opened.manifest.id === pluginId ? opened : undefined
      } catch (error) {
        if (error instanceof FileNotFoundError || error instanceof RookeryError) return undefined
        throw error
      }
    },
    remove: (pluginId, hash) => files.remove(key(pluginId, hash)),
  }
}

async function collect(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  // Who still sends when too much has come wants to hear why.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > packageLimits.archiveBytes) throw new RookeryError('package_too_large', { reason: `it has more than ${packageLimits.archiveBytes} bytes` })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
