import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import mimeTypes from 'mime-types'

/** One file of the built web app, as it lies in its folder. */
export interface WebFile {
  readonly type: string
  readonly tag: string
  /** The file as it is and as it was compressed beforehand, what is smallest first. */
  readonly forms: readonly WebForm[]
}

export interface WebForm { readonly encoding: 'br' | 'gzip' | 'identity', readonly file: string, readonly sizeBytes: number }

const compressed = [{ encoding: 'br', ending: '.br' }, { encoding: 'gzip', ending: '.gz' }] as const

const typeOf = (file: string): string => {
  const type = mimeTypes.lookup(path.extname(file)) || 'application/octet-stream'
  return /^text\/|javascript$|json$/.test(type) ? `${type}; charset=utf-8` : type
}

/**
 * What a build consists of, by its name with slashes. Read once: a build does not change, and what is no key of this
 * table is not served, whatever an address says and wherever a link leads.
 */
export function readWebFiles(folder: string): ReadonlyMap<string, WebFile> {
  const files = new Map<string, WebFile>()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name)
    if (!entry.isFile() || compressed.some(({ ending }) => entry.name.endsWith(ending)) || entry.name.startsWith('.')) continue
    const forms: WebForm[] = compressed.map(({ encoding, ending }) => ({ encoding, file: file + ending }))
      .filter((form) => existsSync(form.file)).map((form) => ({ ...form, sizeBytes: statSync(form.file).size }))
    files.set(path.relative(folder, file).split(path.sep).join('/'), {
      type: typeOf(file), tag: createHash('sha256').update(readFileSync(file)).digest('base64url').slice(0, 22),
      forms: [...forms, { encoding: 'identity', file, sizeBytes: statSync(file).size }],
    })
  }
  return files
}

/** The first form that a client takes; `identity` is taken by all. */
export function formFor({ forms }: WebFile, acceptEncoding: string): WebForm {
  const accepted = new Set(acceptEncoding.toLowerCase().split(',').map((part) => part.trim()).filter((part) => !/;\s*q=0(\.0*)?$/.test(part)).map((part) => part.split(';')[0]))
  return forms.find(({ encoding }) => encoding === 'identity' || accepted.has(encoding)) as WebForm
}
