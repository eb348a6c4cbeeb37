import { deepEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const start = fileURLToPath(new URL('../../src/client/index.ts', import.meta.url))
const pattern = /\b(?:import|export)\b[^'"]*?\bfrom\s*'([^']+)'/g

describe('the module graph of the client', () => {
  it('has nothing of Node, so that it runs in a browser', () => {
    const packages = new Set<string>()
    const files = new Set([start])
    for (const file of files) {
      const text = readFileSync(file, 'utf8')
      ok(!/\b(process|Buffer|__dirname)\b/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')), file)
      for (const [, specifier = ''] of text.matchAll(pattern)) {
        if (specifier.startsWith('.')) files.add(path.resolve(path.dirname(file), specifier))
        else packages.add(specifier)
      }
    }
    ok(files.size > 10)
    deepEqual([...packages], ['typebox'])
  })
})
