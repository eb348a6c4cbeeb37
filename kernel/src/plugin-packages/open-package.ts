import { PackagedManifest, RookeryError, type PluginManifest } from '@rookery/sdk/protocol'
import { canonicalJson, hashFile, packageFiles, packageLimits, readArchive, verifySignature } from '@rookery/sdk/package'
import { parseJson } from '../doors/index.ts'
import type { Validation } from '../operations/index.ts'

/** A package that is whole and says the truth about itself; whether its signer is trusted is another question. */
export interface OpenedPackage {
  readonly manifest: PluginManifest
  readonly source: string
  /** The script from which its views come in the web app. */
  readonly web: string | undefined
  /** SHA-256 of the package itself, in hexadecimal. */
  readonly hash: string
  /** Public key, '' where nobody signed. */
  readonly signer: string
  readonly bytes: Buffer
}

const maximumDescriptionBytes = 2 * 1024 * 1024
/** A frame to the host must take it. */
const maximumSourceBytes = 8 * 1024 * 1024

const invalid = (reason: string, cause?: unknown): RookeryError => new RookeryError('package_invalid', { reason }, { cause })

/** Who knows what goes together in a plugin. */
export interface PackageJudges {
  readonly validation: Validation
  /** Throws where a manifest says things that do not go together. */
  readonly assertManifest: (manifest: PluginManifest) => void
  /** Says what is wrong with the web code, or undefined. */
  readonly faultOfWebCode: (manifest: PluginManifest, script: Uint8Array | undefined) => string | undefined
}

/** Opens a package in memory; nothing of it is ever unpacked onto the disk. Throws where anything is wrong with it. */
export async function openPackage(bytes: Buffer, { validation, assertManifest, faultOfWebCode }: PackageJudges): Promise<OpenedPackage> {
  const files = await readArchive(bytes, packageLimits)
  const description = files.get(packageFiles.description)
  if (!description) throw invalid(`there is no ${packageFiles.description}`)
  if (description.length > maximumDescriptionBytes) throw new RookeryError('package_too_large', { reason: `${packageFiles.description} has more than ${maximumDescriptionBytes} bytes` })
  const signature = files.get(packageFiles.signature)
  // Before anything is read of what it signs.
  const signer = signature ? verifySignature(description, signature.toString('latin1')) : ''
  const { files: hashes, ...manifest } = readDescription(description, validation)
  await assertHashes(files, hashes)
  const source = readScript(files, packageFiles.source)
  try {
    assertManifest(manifest)
  } catch (error) {
    if (error instanceof RookeryError && typeof error.details['reason'] === 'string') throw invalid(error.details['reason'], error)
    throw error
  }
  const script = files.get(packageFiles.web)
  if (manifest.web && script && hashes[packageFiles.web] !== manifest.web.sha256) throw invalid('its web code has another hash than plugin.json says')
  const fault = faultOfWebCode(manifest, script)
  if (fault !== undefined) throw invalid(fault)
  return { manifest, source, web: script && readScript(files, packageFiles.web), signer, bytes, hash: await hashFile(bytes) }
}

function readDescription(bytes: Buffer, validation: Validation): PackagedManifest {
  let value: unknown
  try {
    value = parseJson(bytes)
  } catch (error) {
    throw invalid(`${packageFiles.description} cannot be read: ${error instanceof Error ? error.message : String(error)}`, error)
  }
  // One text for one value: no name twice, nothing that another reader would take for something else.
  if (!Buffer.from(canonicalJson(value)).equals(bytes)) throw invalid(`${packageFiles.description} is not in its canonical form`)
  try {
    validation.assert(PackagedManifest, value)
  } catch (error) {
    if (!(error instanceof RookeryError)) throw error
    throw invalid(`${packageFiles.description}: ${error.message}`, error)
  }
  return value as PackagedManifest
}

/** Every file has its hash, and every hash its file. */
async function assertHashes(files: ReadonlyMap<string, Buffer>, hashes: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, bytes] of files) {
    if (name === packageFiles.description || name === packageFiles.signature) continue
    const hash = Object.hasOwn(hashes, name) ? hashes[name] : undefined
    if (hash === undefined) throw new RookeryError('package_altered', { reason: `${packageFiles.description} knows nothing of ${name}` })
    if (hash !== await hashFile(bytes)) throw new RookeryError('package_altered', { reason: `${name} has another hash than ${packageFiles.description} says` })
  }
  const missing = Object.keys(hashes).find((name) => !files.has(name) || name === packageFiles.description || name === packageFiles.signature)
  if (missing !== undefined) throw new RookeryError('package_altered', { reason: `${JSON.stringify(missing.slice(0, 100))} is missing` })
}

function readScript(files: ReadonlyMap<string, Buffer>, name: string): string {
  const bytes = files.get(name)
  if (!bytes || bytes.length === 0) throw invalid(`there is no ${name}`)
  if (bytes.length > maximumSourceBytes) throw new RookeryError('package_too_large', { reason: `${name} has more than ${maximumSourceBytes} bytes` })
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw invalid(`${name} is not UTF-8`, error)
  }
}
