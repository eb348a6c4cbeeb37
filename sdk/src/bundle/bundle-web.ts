import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { limitsOf, type PluginDescription, type WebCode } from '../protocol/index.ts'
import { BundleError } from './bundle-error.ts'
import { watchUnresolved } from './unresolved.ts'

/** The web code of a plugin: one script, what the manifest says of it, and from which files it was made. */
export interface BundledWeb {
  readonly script: string
  readonly code: WebCode
  readonly modules: readonly string[]
}

const pack = promisify(gzip)

/** Makes one script of `web/index.ts`; nothing where a plugin has none. */
export async function bundleWeb(folder: string, description: PluginDescription): Promise<BundledWeb | undefined> {
  const entry = path.join(folder, 'web', 'index.ts')
  if (!existsSync(entry)) return undefined
  const { rolldown } = await import('rolldown')
  const unresolved = watchUnresolved()
  const build = await rolldown({
    input: entry, platform: 'browser', logLevel: 'warn', treeshake: true,
    transform: { define: { 'process.env.NODE_ENV': '"production"', '__VUE_OPTIONS_API__': 'true', '__VUE_PROD_DEVTOOLS__': 'false', '__VUE_PROD_HYDRATION_MISMATCH_DETAILS__': 'false' } },
    onLog: unresolved.onLog,
  })
  try {
    const { output } = await build.generate({ format: 'iife', minify: true, codeSplitting: false })
    unresolved.assertNone()
    const [chunk, ...others] = output.filter(({ type }) => type === 'chunk')
    if (chunk?.type !== 'chunk' || others.length > 0) throw new BundleError(`${entry} became ${others.length + 1} files instead of one`)
    const bytes = Buffer.from(chunk.code)
    const packed = Math.ceil((await pack(bytes)).length / 1024)
    const budget = limitsOf(description).webKilobytes
    if (packed > budget) throw new BundleError(`The web code has ${packed} KB packed, and may have ${budget}; "limits": { "webKilobytes": … } asks for more`)
    return { script: chunk.code, code: { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length }, modules: chunk.moduleIds }
  } finally {
    await build.close()
  }
}
