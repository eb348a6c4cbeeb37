// node build-aside.ts <folder>: builds the web app into a folder, with compressed forms.
import { build } from 'vite'
import { compressFiles } from './compress.ts'
import { createConfig } from './config.ts'
import { buildServiceWorker } from './service-worker.ts'

const [folder] = process.argv.slice(2)
if (!folder) throw new Error('Into which folder?')
await build(createConfig(folder))
await buildServiceWorker(folder)
await compressFiles(folder)
