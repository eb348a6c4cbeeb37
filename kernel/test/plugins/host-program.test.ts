import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { hostProgram } from '../../src/plugin-host/index.ts'
import { compileHostProgram } from '../../src/plugins/host-program.ts'

describe('the program of a host', () => {
  it('is compiled once, however many servers start, and is what it was where nothing may be written', async () => {
    const packages = await mkdtemp(path.join(tmpdir(), 'rookery-packages-'))
    try {
      const [first, ...others] = await Promise.all([compileHostProgram(packages), compileHostProgram(packages), compileHostProgram(packages)])
      deepEqual(others, [first, first])
      equal(path.basename(first), 'main.mjs')
      const folder = path.dirname(first)
      const sources = (await readdir(path.dirname(hostProgram))).map((name) => name.replace(/ts$/, 'mjs'))
      deepEqual((await readdir(folder)).sort(), sources.sort())
      deepEqual(await readdir(path.dirname(folder)), [path.basename(folder)])
      const text = await readFile(first, 'utf8')
      ok(/from '\.\/protocol\.mjs'/.test(text) && !/from '[^']*\.ts'|interface /.test(text))
      // Hosts have an account of their own.
      for (const [place, mode] of [[folder, 0o5], [first, 0o4]] as const) equal((await stat(place)).mode & mode, mode)
      const { mtimeMs } = await stat(first)
      equal(await compileHostProgram(packages), first)
      equal((await stat(first)).mtimeMs, mtimeMs)
      // A file where the folder of packages should be.
      equal(await compileHostProgram(first), hostProgram)
    } finally {
      await rm(packages, { recursive: true, force: true })
    }
  })
})
