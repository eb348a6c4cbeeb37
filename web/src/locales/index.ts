export { chooseLocale, createLanguages, directionOf, localeNames, locales, type Clock, type Languages, type LocaleName } from './i18n.ts'
export type { Calendar } from './calendar.ts'
export { languagesKey, useLanguages } from './languages.ts'
export { useFormats, type Formats } from './formats.ts'
