import { createHash } from 'node:crypto'
import { access, chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import path from 'node:path'
import { hostProgram } from '../plugin-host/index.ts'

/**
 * The program of a host as JavaScript. From TypeScript, Node takes the types away in each thread of each process anew,
 * which is half of the time that a host takes to start: here it is done once, in the cache beside the packages, where
 * hosts may read as well. As it is where it is JavaScript already, and where nothing may be written.
 */
export async function compileHostProgram(packages: string): Promise<string> {
  const program = await realpath(hostProgram)
  if (path.extname(program) !== '.ts') return program
  const source = path.dirname(program)
  const names = (await readdir(source)).filter((name) => name.endsWith('.ts')).sort()
  const files = await Promise.all(names.map(async (name) => [`${path.basename(name, '.ts')}.mjs`, await readFile(path.join(source, name), 'utf8')] as const))
  const hash = createHash('sha256').update(JSON.stringify([process.version, files])).digest('hex').slice(0, 16)
  const cache = path.join(packages, '.cache', 'rookery')
  const folder = path.join(cache, `plugin-host-${hash}`)
  const compiled = path.join(folder, 'main.mjs')
  try {
    if (await isThere(compiled)) return compiled
    await mkdir(cache, { recursive: true })
    // Hosts have an account of their own, whatever this one keeps from others.
    await chmod(cache, 0o755)
    const made = await mkdtemp(path.join(cache, 'making-'))
    try {
      for (const [name, text] of files) await writeFile(path.join(made, name), stripTypeScriptTypes(text).replaceAll(/(?<=\bfrom '\.\/[\w-]+)\.ts(?=')/g, '.mjs'), { mode: 0o644 })
      await chmod(made, 0o755)
      await rename(made, folder)
    } catch {
      // Another server of this folder was faster, or it could not be written.
      await rm(made, { recursive: true, force: true })
    }
    return await isThere(compiled) ? compiled : program
  } catch {
    return program
  }
}

const isThere = (file: string): Promise<boolean> => access(file).then(() => true, () => false)
