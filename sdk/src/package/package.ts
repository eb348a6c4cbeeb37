import { createHash } from 'node:crypto'
import { RookeryError } from '../protocol/errors.ts'
import type { PackagedManifest, PluginManifest } from '../protocol/index.ts'
import { canonicalJson } from './canonical-json.ts'
import { readArchive } from './read-archive.ts'
import { signDescription } from './signature.ts'
import { writeArchive, type ArchiveFile } from './write-archive.ts'

/** Files of a package with a part of their own. */
export const packageFiles = { description: 'plugin.json', source: 'plugin.js', web: 'web.js', signature: 'signature.json' } as const

/** SHA-256 in hexadecimal, off the main thread. */
export const hashFile = async (bytes: Uint8Array): Promise<string> => Buffer.from(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex')

export interface PackageContents {
  readonly manifest: PluginManifest
  /** One script, as the bundler makes it. */
  readonly source: string
  /** One script for the web app, whose hash the manifest has. */
  readonly web?: string | undefined
  /** What else travels: a read-me, a licence, translations. */
  readonly files?: readonly ArchiveFile[]
}

/** Makes a package that nobody has signed yet. The same contents make the same bytes. */
export async function writePackage({ manifest, source, web, files = [] }: PackageContents): Promise<Buffer> {
  const all = [{ path: packageFiles.source, bytes: Buffer.from(source) }, ...(web === undefined ? [] : [{ path: packageFiles.web, bytes: Buffer.from(web) }]), ...files].sort((one, other) => (one.path < other.path ? -1 : 1))
  const hashes = await Promise.all(all.map(async ({ path, bytes }) => [path, await hashFile(bytes)] as const))
  const description: PackagedManifest = { ...manifest, files: Object.fromEntries(hashes) }
  return collect([{ path: packageFiles.description, bytes: Buffer.from(canonicalJson(description)) }, ...all])
}

/** Puts a signature into a package, in place of one that is there. */
export async function signPackage(bytes: Buffer, privateKey: string): Promise<Buffer> {
  const files = await readArchive(bytes)
  const description = files.get(packageFiles.description)
  if (!description) throw new RookeryError('package_invalid', { reason: `there is no ${packageFiles.description}` })
  for (const name of [packageFiles.description, packageFiles.signature]) files.delete(name)
  const signature = Buffer.from(signDescription(description, privateKey))
  const others = [...files].map(([path, content]) => ({ path, bytes: content }))
  return collect([{ path: packageFiles.description, bytes: description }, { path: packageFiles.signature, bytes: signature }, ...others])
}

async function collect(files: readonly ArchiveFile[]): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of writeArchive(files)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Tells one version of a plugin from another, however its manifest is written down. */
export const hashPlugin = ({ manifest, source }: Pick<PackageContents, 'manifest' | 'source'>): string =>
  createHash('sha256').update(canonicalJson(manifest)).update('\0').update(source).digest('hex')
