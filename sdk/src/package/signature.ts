import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { RookeryError } from '../protocol/errors.ts'
import { canonicalJson } from './canonical-json.ts'

/** So that a signature of something else is never one of a package. */
const purpose = Buffer.from('rookery plugin package 1\n')
const keyBytes = 32
const signatureBytes = 64

export interface SigningKeys {
  /** PEM; whoever has it can sign. */
  readonly privateKey: string
  /** As servers list those whom they trust: 32 bytes in base64. */
  readonly publicKey: string
}

/** Who signed, by public key. */
export interface PackageSignature {
  readonly publicKey: string
  readonly signature: string
}

const rawPublicKey = (key: KeyObject): string => Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')

export function createSigningKeys(): SigningKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return { privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string, publicKey: rawPublicKey(publicKey) }
}

/** The text of `signature.json` for these bytes of `plugin.json`. */
export function signDescription(description: Uint8Array, privateKey: string): string {
  const key = createPrivateKey(privateKey)
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('Packages are signed with an Ed25519 key')
  const signature = sign(null, Buffer.concat([purpose, description]), key).toString('base64')
  return canonicalJson({ algorithm: 'ed25519', publicKey: rawPublicKey(createPublicKey(key)), signature } satisfies PackageSignature & { algorithm: string })
}

/** Answers the signer's public key; throws where the signature is none, or not of these bytes. */
export function verifySignature(description: Uint8Array, text: string): string {
  const wrong = (): never => { throw new RookeryError('package_signature_wrong') }
  const { publicKey, signature } = readSignature(text) ?? wrong()
  const key = Buffer.from(publicKey, 'base64')
  const bytes = Buffer.from(signature, 'base64')
  // One spelling for one key: lists of those who are trusted compare text.
  if (key.length !== keyBytes || bytes.length !== signatureBytes || key.toString('base64') !== publicKey || bytes.toString('base64') !== signature) return wrong()
  try {
    const keyObject = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }, format: 'jwk' })
    if (!verify(null, Buffer.concat([purpose, description]), keyObject, bytes)) return wrong()
  } catch {
    return wrong()
  }
  return publicKey
}

function readSignature(text: string): PackageSignature | undefined {
  if (text.length > 1000) return undefined
  try {
    const value = JSON.parse(text) as unknown
    if (canonicalJson(value) !== text) return undefined
    const { algorithm, publicKey, signature, ...others } = value as Record<string, unknown>
    const isSignature = algorithm === 'ed25519' && typeof publicKey === 'string' && typeof signature === 'string' && Object.keys(others).length === 0
    return isSignature ? { publicKey, signature } : undefined
  } catch {
    return undefined
  }
}
