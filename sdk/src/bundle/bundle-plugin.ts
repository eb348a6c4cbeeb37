import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import type { Contributions, PluginDescription, PluginManifest } from '../protocol/index.ts'

/** A plugin as the kernel takes it: all that it is without running it, and one script. */
export interface BundledPlugin {
  readonly manifest: PluginManifest
  readonly source: string
}

/** What is wrong with a plugin's sources, in words for its author. */
export class BundleError extends Error {
  override readonly name = 'BundleError'
}

const setupMs = 5000

/** Makes one script of `plugin.json` and `src/index.ts` and asks it what it adds. */
export async function bundlePlugin(folder: string): Promise<BundledPlugin> {
  const description = await readDescription(folder)
  const source = await bundle(path.join(folder, 'src', 'index.ts'))
  const translations = await readTranslations(path.join(folder, 'i18n'))
  return { manifest: { ...description, contributes: await describe(description.id, source), ...(translations && { translations }) }, source }
}

async function readDescription(folder: string): Promise<PluginDescription> {
  const file = path.join(folder, 'plugin.json')
  try {
    return JSON.parse(await readFile(file, 'utf8')) as PluginDescription
  } catch (error) {
    throw new BundleError(`${file} cannot be read as JSON`, { cause: error })
  }
}

/** Sentences by language: `de.json` holds those in German. Objects in objects make keys with dots. */
async function readTranslations(folder: string): Promise<PluginManifest['translations']> {
  const names = (await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })).filter((name) => name.endsWith('.json')).sort()
  if (names.length === 0) return undefined
  return Object.fromEntries(await Promise.all(names.map(async (name) => {
    const file = path.join(folder, name)
    try {
      return [path.basename(name, '.json'), flatten(JSON.parse(await readFile(file, 'utf8')))] as const
    } catch (error) {
      throw new BundleError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  })))
}

function flatten(value: unknown, key = ''): Record<string, string> {
  if (typeof value === 'string') return { [key]: value }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${key || 'it'} is no sentence`)
  return Object.assign({}, ...Object.entries(value).map(([name, child]) => flatten(child, key === '' ? name : `${key}.${name}`))) as Record<string, string>
}

async function bundle(entry: string): Promise<string> {
  // Loaded when it is needed: a packed release has its plugins ready and no bundler.
  const { rolldown } = await import('rolldown')
  const build = await rolldown({
    input: entry, platform: 'neutral', logLevel: 'silent', treeshake: true,
    resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
    onLog: (_level, log) => { if (log.code === 'UNRESOLVED_IMPORT') throw new BundleError(`${entry}: ${log.message}`) },
  })
  try {
    const { output } = await build.generate({ format: 'iife', minify: false, comments: false, codeSplitting: false })
    if (output.length !== 1) throw new BundleError(`${entry} became ${output.length} files instead of one`)
    return output[0].code
  } finally {
    await build.close()
  }
}

/** The author's own code on the author's machine: run here once, without anything of Node. */
async function describe(id: string, source: string): Promise<Contributions> {
  const handlers = new Map<string, (input: unknown) => unknown>()
  const rookery = {
    on: (name: string, handler: (input: unknown) => unknown) => { handlers.set(name, handler) },
    call: () => { throw new BundleError(`${id} asks for something while its module runs: only handlers may`) },
  }
  runInContext(source, createContext({ rookery }), { filename: `${id}.js`, timeout: setupMs })
  const told = handlers.get('describe')
  if (!told) throw new BundleError(`${id} does not call definePlugin`)
  return JSON.parse(JSON.stringify(await told({}))) as Contributions
}
