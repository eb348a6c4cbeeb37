import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../../web/src')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** What a screen must show: every route, panel, dialog and page of the settings, and every component that opens something above the page. */
export function thingsToShow(): string[] {
  const routes = [...read('app/routes.ts').matchAll(/\bname: '([\w-]+)'/g)].map(([, name]) => `route:${name}`)
  const panels = [...read('views/shell/side-panel.vue').matchAll(/^ {2}(\w+): defineAsyncComponent/gm)].map(([, name]) => `panel:${name}`)
  const dialogs = [...read('views/dialogs/shell-dialogs.vue').matchAll(/^ {2}(\w+): defineAsyncComponent/gm)].map(([, name]) => `dialog:${name}`)
  const settings = [...read('views/settings/pages.ts').matchAll(/^ {2}(\w+): \[own|^ {2}(\w+): \[pref/gm)].map(([, own, table]) => `settings:${own ?? table}`)
  const shown = new Set(dialogs.map((name) => name.slice('dialog:'.length)))
  // Those of the shell are known by their names.
  const ofShell = new Set([...read('views/dialogs/shell-dialogs.vue').matchAll(/^ {2}(\w+): .*import\('([^']+)'\)/gm)].filter(([, name]) => shown.has(name ?? '')).map(([, , file = '']) => path.posix.normalize(`views/dialogs/${file}`)))
  const openers = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.vue') && !file.startsWith('ui/') && !ofShell.has(file) && /<(?:Dialog|ConfirmDialog|DialogRoot|AlertDialogRoot|Menu|MenuSub|ContextMenu|PopoverRoot|EmojiPopover)\b/.test(read(file)))
  return [...routes, 'panel:thread', ...panels, ...dialogs, ...settings, ...openers].sort()
}
