import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { createContext, runInContext } from 'node:vm'
import type { Contributions, PluginDescription, PluginManifest } from '../protocol/index.ts'
import { BundleError } from './bundle-error.ts'
import { bundleWeb } from './bundle-web.ts'
import { listMaterials } from './materials.ts'
import { watchUnresolved } from './unresolved.ts'

/** A plugin as the kernel takes it: all that it is without running it, and one script. */
export interface BundledPlugin {
  readonly manifest: PluginManifest
  readonly source: string
  /** The script from which its views come in the web app. */
  readonly web?: string | undefined
}

/** With what leads from the script back to the author's files. */
export interface MappedPlugin extends BundledPlugin {
  /** A source map, as JSON. */
  readonly map: string
}

const setupMs = 5000
/** As the engine calls it. */
const scriptName = 'plugin.js'

/** Makes one script of `plugin.json` and `src/index.ts` and asks it what it adds. */
export async function bundlePlugin(folder: string): Promise<BundledPlugin> {
  const { map: _map, ...plugin } = await bundleWithMap(folder)
  return plugin
}

export async function bundleWithMap(folder: string): Promise<MappedPlugin> {
  const description = await readDescription(folder)
  const { source, map, modules } = await bundle(path.join(folder, 'src', 'index.ts'))
  const web = await bundleWeb(folder, description)
  const materials = await listMaterials(folder, [...modules, ...web?.modules ?? []])
  const translations = await readTranslations(path.join(folder, 'i18n'))
  return {
    manifest: { ...description, contributes: await describe(description.id, source), ...(materials.length > 0 && { materials }), ...(web && { web: web.code }), ...(translations && { translations }) },
    source, map, ...(web && { web: web.script }),
  }
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

async function bundle(entry: string): Promise<{ readonly source: string, readonly map: string, readonly modules: readonly string[] }> {
  // Loaded when it is needed: a packed release has its plugins ready and no bundler.
  const { rolldown } = await import('rolldown')
  const unresolved = watchUnresolved()
  const build = await rolldown({
    input: entry, platform: 'neutral', logLevel: 'warn', treeshake: true,
    resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
    onLog: unresolved.onLog,
  })
  try {
    const { output } = await build.generate({ file: path.join(path.dirname(entry), scriptName), format: 'iife', minify: false, comments: false, codeSplitting: false, sourcemap: 'hidden' })
    unresolved.assertNone()
    const [script, ...others] = output.filter(({ type }) => type === 'chunk')
    if (script?.type !== 'chunk' || others.length > 0) throw new BundleError(`${entry} became ${others.length + 1} files instead of one`)
    return { source: script.code, map: script.map?.toString() ?? '', modules: script.moduleIds }
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
  runInContext(source, createContext({ rookery }), { filename: scriptName, timeout: setupMs })
  const told = handlers.get('describe')
  if (!told) throw new BundleError(`${id} does not call definePlugin`)
  return JSON.parse(JSON.stringify(await told({}))) as Contributions
}
