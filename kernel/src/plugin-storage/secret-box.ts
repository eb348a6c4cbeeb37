import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RookeryError } from '@rookery/sdk/protocol'

/** Seals what must not be readable to who has the database alone. */
export interface SecretBox {
  /** `about` says what it is: under another name it cannot be opened. */
  seal(text: string, about: string): Promise<Buffer>
  /** Throws `secret_unreadable` where it was sealed with another key, or altered. */
  open(sealed: Buffer, about: string): Promise<string>
}

const keyBytes = 32
const nonceBytes = 12
const tagBytes = 16
/** First byte of what is sealed, for the day when it is done in another way. */
const version = 1

/** The key is what the settings say, 64 hexadecimal digits, or else a file of the data folder, made when it is first needed. */
export function createSecretBox({ key, dataFolder }: { key: string, dataFolder: string }): SecretBox {
  if (key !== '' && !/^[0-9a-f]{64}$/i.test(key)) throw new Error('ROOKERY_SECRET_KEY must be 64 hexadecimal digits.')
  let known: Promise<Buffer> | undefined

  const readKey = async (): Promise<Buffer> => {
    if (key !== '') return Buffer.from(key, 'hex')
    const file = join(dataFolder, 'secret.key')
    const present = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      return undefined
    })
    if (present === undefined) {
      // Whole or not at all: half a key would seal what no other could open.
      const draft = `${file}.${randomBytes(8).toString('hex')}.draft`
      await writeFile(draft, randomBytes(keyBytes).toString('hex'), { mode: 0o600, flush: true })
      await link(draft, file).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'EEXIST') throw error })
      await rm(draft, { force: true })
      return readKey()
    }
    if (!/^[0-9a-f]{64}\s*$/i.test(present)) throw new Error('The file secret.key in the data folder must be 64 hexadecimal digits.')
    return Buffer.from(present.trim(), 'hex')
  }
  const keyOf = (): Promise<Buffer> => {
    known ??= readKey().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return known
  }

  return {
    async seal(text, about) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', await keyOf(), nonce).setAAD(Buffer.from(about))
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([version]), nonce, cipher.getAuthTag(), body])
    },
    async open(sealed, about) {
      const nonce = sealed.subarray(1, 1 + nonceBytes)
      const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes)
      try {
        if (sealed[0] !== version) throw new Error('It is sealed in a way that this release does not know.')
        const decipher = createDecipheriv('aes-256-gcm', await keyOf(), nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(about)).setAuthTag(tag)
        return Buffer.concat([decipher.update(sealed.subarray(1 + nonceBytes + tagBytes)), decipher.final()]).toString('utf8')
      } catch (error) {
        throw new RookeryError('secret_unreadable', {}, { cause: error })
      }
    },
  }
}
