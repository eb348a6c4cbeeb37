import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { PluginMaterial } from '../protocol/index.ts'

interface PackageJson { readonly name?: unknown, readonly version?: unknown, readonly license?: unknown, readonly licenses?: readonly { readonly type?: unknown }[] }

/** Whose code is in the bundle besides the plugin's own, and under which licence, as their packages say it. */
export async function listMaterials(folder: string, modules: readonly string[]): Promise<PluginMaterial[]> {
  const known = new Map<string, Promise<PluginMaterial | undefined>>()
  const of = (place: string): Promise<PluginMaterial | undefined> => {
    let found = known.get(place)
    if (!found) known.set(place, found = readMaterial(place).then((material) => material ?? (path.dirname(place) === place ? undefined : of(path.dirname(place)))))
    return found
  }
  const places = new Set(modules.filter((module) => path.isAbsolute(module)).map((module) => path.dirname(module)).filter((place) => !isWithin(place, path.resolve(folder)) || place.includes(`${path.sep}node_modules${path.sep}`)))
  const found = new Map<string, PluginMaterial>()
  for (const material of await Promise.all([...places].map(of))) if (material) found.set(`${material.name} ${material.version}`, material)
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, material]) => material)
}

const isWithin = (place: string, folder: string): boolean => place === folder || place.startsWith(folder + path.sep)

/** Of the package to which a folder belongs; inner files of packages that only say which kind of module they are have no name. */
async function readMaterial(place: string): Promise<PluginMaterial | undefined> {
  try {
    const { name, version, license, licenses } = JSON.parse(await readFile(path.join(place, 'package.json'), 'utf8')) as PackageJson
    if (typeof name !== 'string' || typeof version !== 'string') return undefined
    const said = typeof license === 'string' ? license : (licenses ?? []).map(({ type }) => type).filter((type) => typeof type === 'string').join(' OR ')
    return { name: name.slice(0, 214), version: version.slice(0, 100), license: said.slice(0, 100) }
  } catch {
    return undefined
  }
}
