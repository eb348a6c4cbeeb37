import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What a build is made from, relative to the folder of the web app. */
const sources = ['src', 'public', 'build', 'root.html', 'package.json', 'tsconfig.json', '../package-lock.json', '../sdk/src/protocol', '../sdk/src/client', '../sdk/src/web']

/** Changes when anything does that a build is made from. */
export function hashSources(root: string): string {
  const hash = createHash('sha256')
  for (const source of sources) {
    const from = path.join(root, source)
    if (!existsSync(from)) continue
    for (const file of filesOf(from)) hash.update(`${path.relative(root, file)}\u0000`).update(readFileSync(file)).update('\u0000')
  }
  return hash.digest('hex').slice(0, 16)
}

function filesOf(from: string): string[] {
  try {
    return readdirSync(from, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort()
  } catch {
    return [from]
  }
}
