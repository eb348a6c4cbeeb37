export { directionOf } from './directions.ts'
export { chooseLocale, createLanguages, localeNames, locales, type Clock, type Languages, type LocaleName } from './i18n.ts'
export { languagesKey, useLanguages } from './languages.ts'
export { useFormats, type Formats } from './formats.ts'
