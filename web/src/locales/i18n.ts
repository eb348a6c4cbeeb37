import { createI18n, type I18n, type MessageCompiler } from 'vue-i18n'
import { computed, ref, shallowRef, type ComputedRef, type Ref } from 'vue'
import { directionOf } from './directions.ts'
import { createFormats, type Clock, type Formats } from './formats.ts'
import { compileMessage } from './messages.ts'
import { pseudoMessages } from './pseudo.ts'

/** Those that are offered; each is complete, a check sees to it. */
export const locales = ['en', 'de', 'ar'] as const
export type LocaleName = typeof locales[number] | 'en-XA'

/** Written as in the language itself: whoever looks for it reads nothing else. */
export const localeNames: Readonly<Record<typeof locales[number], string>> = { en: 'English', de: 'Deutsch', ar: 'العربية' }

type Messages = { [key: string]: string | Messages }

type Loader = () => Promise<{ readonly messages: Messages }>

/** Of each language what is needed at once, and what the settings and the administration say. */
const loaders: Readonly<Record<typeof locales[number], readonly [Loader, Loader]>> = {
  en: [() => import('./en.ts'), () => import('./en-later.ts')],
  de: [() => import('./de.ts'), () => import('./de-later.ts')],
  ar: [() => import('./ar.ts'), () => import('./ar-later.ts')],
}

/** What vue-i18n hands to a compiled message, as far as we use it. */
interface Context {
  readonly values: Record<string, unknown>
  readonly type: string
  normalize(parts: readonly unknown[]): unknown
}

/**
 * Messages are ICU: plurals, choices and numbers in the words of every language. Compiled without eval, when first shown,
 * and kept: vue-i18n asks for each showing, and there are only as many as the languages have texts.
 */
function createMessageCompiler(): MessageCompiler {
  const known = new Map<string, (context: Context) => unknown>()
  const compile = (message: string, locale: string) => {
    const sayWith = compileMessage(message, locale)
    return (context: Context): unknown => {
      const told = sayWith(context.values)
      // With elements among the values (i18n-t) the answer is a list of them and the text between.
      return context.type === 'vnode' && Array.isArray(told) ? context.normalize(told) : told
    }
  }
  return ((message: unknown, { locale }: { locale: string }) => {
    const key = `${locale} ${String(message)}`
    const compiled = known.get(key) ?? compile(String(message), locale === 'en-XA' ? 'en' : locale)
    known.set(key, compiled)
    return compiled
  }) as unknown as MessageCompiler
}

export interface Languages {
  readonly i18n: I18n<Record<string, unknown>, Record<string, unknown>, Record<string, unknown>, string, false>
  readonly current: Readonly<Ref<LocaleName>>
  /** How the account wants its clock; what is left out is as the language and the browser have it. */
  readonly clock: Ref<Clock>
  readonly formats: ComputedRef<Formats>
  /** Loads a language and turns the page to its direction. An unknown one becomes English. */
  use(name: string): Promise<void>
  /** Loads the words of the settings and of the administration too, now and whenever the language changes. */
  whole(): Promise<void>
}

/** The best of ours for what somebody prefers. */
export function chooseLocale(preferred: readonly string[]): typeof locales[number] {
  for (const tag of preferred) {
    const found = locales.find((locale) => locale === tag.split('-')[0]?.toLowerCase())
    if (found) return found
  }
  return 'en'
}

export function createLanguages(): Languages {
  const i18n = createI18n({ legacy: false, globalInjection: true, locale: 'en', fallbackLocale: 'en', messages: {}, messageCompiler: createMessageCompiler(), missingWarn: false, fallbackWarn: false, warnHtmlMessage: false })
  const loading = new Map<string, Promise<void>>()
  const current = ref<LocaleName>('en')
  const clock = shallowRef<Clock>({})
  let isWhole = false
  const load = (name: LocaleName, part: 0 | 1): Promise<void> => {
    const key = `${name} ${part}`
    const known = loading.get(key)
    if (known) return known
    const started = loaders[name === 'en-XA' ? 'en' : name][part]().then(({ messages }) => {
      i18n.global.mergeLocaleMessage(name, name === 'en-XA' ? pseudoMessages(messages) : messages)
    })
    // Without a connection it is tried again at the next wish.
    started.catch(() => { loading.delete(key) })
    loading.set(key, started)
    return started
  }
  return {
    i18n: i18n as never, current, clock,
    formats: computed(() => createFormats(current.value === 'en-XA' ? 'en' : current.value, clock.value)),
    async use(name) {
      const wanted: LocaleName = name === 'en-XA' ? name : chooseLocale([name])
      await Promise.all([load(wanted, 0), isWhole && load(wanted, 1)])
      i18n.global.locale.value = wanted
      current.value = wanted
      document.documentElement.lang = wanted
      document.documentElement.dir = directionOf(wanted)
    },
    async whole() {
      isWhole = true
      await load(current.value, 1)
    },
  }
}
