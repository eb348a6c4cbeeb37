export { acceptedLanguages, bestLanguage, createLanguages, type Languages, type TextKey } from './languages.ts'
