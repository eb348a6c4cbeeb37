import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { hashSources } from './source-hash.ts'

export interface WebBuild {
  /** Holds `root.html` and what it needs, each file beside its compressed forms. */
  readonly folder: string
  /** Undefined where the build was there already. */
  readonly builtInMs: number | undefined
}

const root = path.resolve(import.meta.dirname, '..')
const builds = path.join(root, 'dist')

/** Servers may still run on an older build, and pages ask for its parts. */
const keptBuilds = 4

/**
 * The built web app for the sources as they are: built when there is none yet. A build is a folder named by the hash
 * of its sources, put in its place whole, so several processes may ask at once and a build under way harms nobody.
 */
export async function buildWeb(): Promise<WebBuild> {
  const folder = path.join(builds, hashSources(root))
  if (existsSync(path.join(folder, 'root.html'))) {
    await utimes(folder, new Date(), new Date()).catch(() => {})
    return { folder, builtInMs: undefined }
  }
  const startedAt = performance.now()
  const aside = path.join(builds, `.building-${process.pid}`)
  await mkdir(builds, { recursive: true })
  try {
    // Elsewhere: the builder needs memory that a server should not keep.
    const { NODE_V8_COVERAGE: _coverage, ...environment } = process.env
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, 'build-aside.ts'), aside], { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk.toString() })
    const [code] = await once(child, 'close') as [number | null]
    if (code !== 0) throw new Error(`The web app cannot be built:\n${output.trim()}`)
    await rename(aside, folder).catch((error: unknown) => { if (!existsSync(folder)) throw error })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  await removeOld(folder)
  return { folder, builtInMs: performance.now() - startedAt }
}

async function removeOld(current: string): Promise<void> {
  const names = (await readdir(builds)).filter((name) => !name.startsWith('.'))
  const aged = await Promise.all(names.map(async (name) => {
    const folder = path.join(builds, name)
    return { folder, usedAt: folder === current ? Infinity : (await stat(folder)).mtimeMs }
  }))
  aged.sort((a, b) => b.usedAt - a.usedAt)
  await Promise.all(aged.slice(keptBuilds).map(({ folder }) => rm(folder, { recursive: true, force: true })))
}
