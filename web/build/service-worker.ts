import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'vite'
import type { KeptFiles } from '../src/worker/kept-files.ts'
import { entryKey, filesOf, reach, readManifest } from './manifest.ts'

/** Large, and needed by few: kept when it was used once. */
const keptWhenUsed = /^src\/views\/admin\/|draw-formula/

/** The service worker of a build, which names its files: built last. */
export async function buildServiceWorker(folder: string): Promise<void> {
  const manifest = await readManifest(folder)
  const modules = reach(manifest, [entryKey], (key) => /^src\/(?:data|slots|ui|views|locales\/en)|emoji-table/.test(key) && !keptWhenUsed.test(key))
  const atRoot = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && /\.(?:svg|webmanifest)$/.test(entry.name)).map(({ name }) => name)
  const ahead = [...filesOf(manifest, modules).filter((file) => /\.(?:js|css)$/.test(file)), ...atRoot].sort()
  const entry = manifest[entryKey]?.file
  if (!entry) throw new Error('The build does not say which script is its entry')
  const hash = createHash('sha256')
  for (const file of ['root.html', ...ahead]) hash.update(`${file}\u0000`).update(await readFile(path.join(folder, file)))
  const keptFiles: KeptFiles = { version: hash.digest('hex').slice(0, 16), entry: `/${entry}`, ahead: ahead.map((file) => `/${file}`) }
  await build({
    root: path.resolve(import.meta.dirname, '..'), configFile: false, envDir: false, logLevel: 'warn', publicDir: false,
    define: { keptFiles: JSON.stringify(keptFiles) },
    build: {
      outDir: folder, emptyOutDir: false, target: 'es2023', reportCompressedSize: false,
      rollupOptions: { input: path.resolve(import.meta.dirname, '../src/worker/service-worker.ts'), output: { format: 'iife', entryFileNames: 'service-worker.js' } },
    },
  })
}
