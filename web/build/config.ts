import path from 'node:path'
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import type { InlineConfig, Plugin } from 'vite'
import { readEmojiTable } from './emoji-table.ts'
import { hideOnce } from './hide-once.ts'
import { leanModules } from './lean-modules.ts'
import { manifestName } from './manifest.ts'

const root = path.resolve(import.meta.dirname, '..')

/** The table of emoji as a module of its own, which the page loads when somebody needs it. */
const emojiTable: Plugin = {
  name: 'emoji-table',
  resolveId: (id) => (id === 'virtual:emoji-table' ? '\0emoji-table' : null),
  load: (id) => (id === '\0emoji-table' ? `export const rows = JSON.parse(${JSON.stringify(JSON.stringify(readEmojiTable()))})` : null),
}

/** How the app is built; without a file of vite's own name, so nothing else is read by chance. */
export function createConfig(outputFolder: string): InlineConfig {
  return {
    root, configFile: false, envDir: false, logLevel: 'warn', publicDir: 'public',
    plugins: [vue(), emojiTable, hideOnce, leanModules],
    // Messages are compiled by our own compiler (ICU): vue-i18n's stays out.
    resolve: {
      alias: {
        'vue-i18n': fileURLToPath(new URL('vue-i18n.runtime.mjs', import.meta.resolve('vue-i18n'))),
        typebox: path.join(import.meta.dirname, 'typebox-stub.ts'),
        entities: path.join(import.meta.dirname, 'entities-stub.ts'),
      },
    },
    define: {
      __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      __VUE_I18N_FULL_INSTALL__: 'true', __VUE_I18N_LEGACY_API__: 'false', __INTLIFY_PROD_DEVTOOLS__: 'false', __INTLIFY_DROP_MESSAGE_COMPILER__: 'true', __INTLIFY_JIT_COMPILATION__: 'true',
    },
    build: {
      outDir: outputFolder, emptyOutDir: true, assetsDir: 'static', target: 'es2023', reportCompressedSize: false, chunkSizeWarningLimit: 1000,
      // Inline data is refused or kept for ever with its file; a file of its own is cached alone.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false }, manifest: manifestName,
      rollupOptions: {
        input: path.join(root, 'root.html'),
        // What is surely needed comes in one piece: fewer questions on a slow line, and better compressed.
        output: { codeSplitting: { groups: [{ name: 'first', test: /\/web\/src\/(?:app\/app\.vue|app\/router\.ts|views\/channel\/channel-page\.vue)$/ }] } },
      },
    },
  }
}
