import { readFile } from 'node:fs/promises'
import path from 'node:path'

/** What the builder says of each module that became a file, by the module's path. */
export type Manifest = Readonly<Record<string, { readonly file: string, readonly imports?: readonly string[], readonly dynamicImports?: readonly string[], readonly css?: readonly string[], readonly assets?: readonly string[] }>>

/** Beside the files of a build; with a dot before its name nobody is served it. */
export const manifestName = '.manifest.json'
export const entryKey = 'root.html'

export const readManifest = async (folder: string): Promise<Manifest> => JSON.parse(await readFile(path.join(folder, manifestName), 'utf8')) as Manifest

/** Modules, what they import, and what of it is imported when it is needed as far as `follows` says so. */
export function reach(manifest: Manifest, from: readonly string[], follows: (key: string) => boolean = () => false): Set<string> {
  const reached = new Set<string>()
  const visit = (key: string): void => {
    if (reached.has(key)) return
    reached.add(key)
    for (const next of manifest[key]?.imports ?? []) visit(next)
    for (const next of manifest[key]?.dynamicImports ?? []) if (follows(next)) visit(next)
  }
  for (const key of from) visit(key)
  return reached
}

/** The scripts and styles of modules, as they lie in the folder. */
export const filesOf = (manifest: Manifest, keys: Iterable<string>): string[] =>
  [...new Set([...keys].flatMap((key) => { const { file = '', css = [] } = manifest[key] ?? {}; return [file, ...css] }).filter(Boolean))]

/** Loaded before the first messages of a channel can be read and answered, in a language. */
export const firstModules = (language: string): string[] => [entryKey, 'src/views/channel/channel-page.vue', `src/locales/${language}.ts`]
